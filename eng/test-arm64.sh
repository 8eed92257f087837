#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test-arm64.sh RUNNER [Release|Debug]: runs the portable tests as an ARM64 process.
#
# RUNNER is `ssh:HOST`, a board with the .NET runtime, to which the folder is copied; or a program that is called with a .dll and
# its arguments. Without one, eng/arm64.sh runs them: as they are on an ARM64 machine, else with the ARM64 .NET under emulation.
#
# A test that takes its process with it is named as crashed, and the rest goes on behind it.

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

runner=${1:-}
folder=artifacts/bin/Portable/$(tr '[:upper:]' '[:lower:]' <<<"${2:-Release}")
case $runner in
    '')
        eng/arm64.sh publish tests/Portable || exit 1
        run() { eng/arm64.sh run artifacts/arm64/Portable/PortableTests "$@"; }
        ;;
    ssh:*)
        host=${runner#ssh:}
        rsync -a --delete "$folder/" "$host:edge-hypervisor-tests/" || exit 1
        run() { ssh "$host" "cd edge-hypervisor-tests && dotnet PortableTests.dll $*"; }
        ;;
    *) run() { "$runner" "$folder/PortableTests.dll" "$@"; } ;;
esac

# Random programs against QEMU: a few here, where the corpus is what counts.
export EDGEHYPERVISOR_FUZZ=${EDGEHYPERVISOR_FUZZ:-5}

passed=0 failed=0 skipped=0 crashed=()
for suite in Translation.Tests Cores.RiscV.Tests Cores.CortexM.Tests Devices.Tests Runtime.Tests Boards.Tests Migration.Tests Lending.Tests Transports.Tests; do
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
