#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test-arm64.sh RUNNER [Release|Debug]: runs the portable tests as an ARM64 process.
#
# RUNNER is a program that is called with a .dll and its arguments (an emulator, say), or `ssh:HOST`, a board with the
# .NET runtime, to which the folder is copied.
#
# A test that takes its process with it is named as crashed, and the rest goes on behind it.

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

runner=${1:-}
folder=artifacts/bin/Portable/$(tr '[:upper:]' '[:lower:]' <<<"${2:-Release}")
case $runner in
    '') echo "Say where: make test-arm64 RUNNER=ssh:pi@board.local, or RUNNER=PROGRAM to be called with a .dll." >&2; exit 2 ;;
    ssh:*)
        host=${runner#ssh:}
        rsync -a --delete "$folder/" "$host:edge-hypervisor-tests/" || exit 1
        run() { ssh "$host" "cd edge-hypervisor-tests && dotnet PortableTests.dll $*"; }
        ;;
    *) run() { "$runner" "$folder/PortableTests.dll" "$@"; } ;;
esac

passed=0 failed=0 skipped=0 crashed=()
for suite in Translation.Tests Cores.RiscV.Tests Devices.Tests Runtime.Tests Boards.Tests Migration.Tests; do
    after=0
    while :; do
        log=$(run "$suite" --verbose --after "$after" 2>&1)
        grep -A 12 '^FAILED' <<<"$log"
        ((passed += $(grep -c '^passed ' <<<"$log")))
        ((failed += $(grep -c '^FAILED ' <<<"$log")))
        ((skipped += $(grep -c '^skipped ' <<<"$log")))
        grep -q '^end ' <<<"$log" && break
        started=$(sed -n 's/^begin \([0-9]*\) .*/\1/p' <<<"$log" | tail -n 1)
        if [[ -z $started ]]; then
            echo "$suite did not start:"; tail -n 5 <<<"$log"
            ((failed++))
            break
        fi
        crashed+=("$(sed -n "s/^begin $started //p" <<<"$log")")
        after=$started
    done
    echo "$suite: $passed passed so far"
done
if ((${#crashed[@]})); then
    echo "Their process died:"
    printf '  %s\n' "${crashed[@]}"
fi
echo "$passed passed, $((failed + ${#crashed[@]})) failed, $skipped skipped"
((passed > 0 && failed == 0 && ${#crashed[@]} == 0))
