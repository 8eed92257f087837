#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test.sh [PROJECT...]: runs the built test projects one after the other (all of them by default, and then the board in a
# virtual machine, tests/Board, where one is there or quickly made) and closes with
# the line `N passed, N failed` (and `, N skipped`). Exit code 0 only when at least one test ran and none failed.
#
# Environment:
#   FILTER       passed to `dotnet test --filter`
#   BOARD_VM     "make": make the board wherever that is possible, which may take a kernel to be compiled

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

projects=("$@")
if ((${#projects[@]} == 0)); then
    mapfile -t projects < <(grep -l -L '<IsTestProject>false' tests/*/*.csproj | sort)
fi

# What came of the project $1 in $2 seconds.
tell() {
    local counters passed failed
    counters=$(grep -ho '<Counters [^>]*' "$results/$1.trx" 2>/dev/null)
    passed=$(sed -n 's/.* passed="\([0-9]*\)".*/\1/p' <<<"$counters")
    failed=$(sed -n 's/.* failed="\([0-9]*\)".*/\1/p' <<<"$counters")
    printf '%-28s %5s passed  %3s failed  %4s s\n' "$1" "${passed:-0}" "${failed:-?}" "$2"
}

broken=0
for project in "${projects[@]}"; do
    name=$(basename "$project" .csproj)
    started=$SECONDS
    if ! dotnet test "$project" --no-build --configuration "${CONFIGURATION:-Release}" --nologo --verbosity quiet --blame-hang-timeout 12min \
        --logger "trx;LogFileName=$name.trx" --results-directory "$results" ${FILTER:+--filter "$FILTER"} \
        >"$results/$name.log" 2>&1; then
        broken=1
        cat "$results/$name.log"
    fi
    tell "$name" "$((SECONDS - started))"
done

# The board is a test project of its own kind: it runs in a virtual machine. Here without what restarts the service and what starts a Linux guest, which is most of its time.
if (($# == 0)) && [[ -z ${FILTER:-} ]]; then
    started=$SECONDS
    condition=--if-ready
    [[ ${BOARD_VM:-} != make ]] || condition=--if-possible
    tests/Board/test.sh "$condition" --filter 'InstallationTests|GpioTests|SharingTests|BusTests|LevelTests|FiguresTests' || broken=1
    tell Board "$((SECONDS - started))"
fi

count() { cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ n += $1 } END { print n + 0 }'; }
total=$(count total) passed=$(count passed) failed=$(count failed)
skipped=$((total - passed - failed))
if ((failed == 0 && broken)); then
    echo "A test run ended before its results were written; its output is above." >&2
    failed=1
fi
# Once more at the end, where one looks first.
((failed)) && awk '
    /<UnitTestResult .*outcome="Failed"/ { match($0, /testName="[^"]*"/); print "failed: " substr($0, RSTART + 10, RLENGTH - 11); told = 1 }
    told && /<Message>/ { sub(/.*<Message>/, ""); print "        " substr($0, 1, 300); told = 0 }' "$results"/*.trx 2>/dev/null
echo "$passed passed, $failed failed$( ((skipped)) && echo ", $skipped skipped")"
((passed > 0 && failed == 0 && broken == 0))
