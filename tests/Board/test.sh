#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test.sh [ARGUMENT...]: installs the service on a board in a virtual machine (board-vm) and runs the tests of this folder
# there, with the given arguments. Its counts go to artifacts/test-results/Board.trx. README.md says more.
# test.sh --if-ready [ARGUMENT...]: the same, but skipped where a kernel would have to be compiled first.
# test.sh --if-possible [ARGUMENT...]: the same, but skipped where no board can be made, or not in time, and no test begins late.
#                        BOARD_VM_UNTIL: when it has to be made, in seconds since 1970.
# test.sh --bench: measures there, into artifacts/bench.json.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

stage=artifacts/board
results=artifacts/test-results
making=artifacts/board-making.log
opensbi=/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin
making_minutes=25 beginning_minutes=12 run_minutes=20 # with --if-possible
mkdir -p "$results"

skip() {
    echo "board: skipped, $1"
    echo '<TestRun><Counters total="1" passed="0" failed="0" /></TestRun>' >"$results/Board.trx"
    exit 0
}

took() { printf 'board: %s took %s s\n' "$1" "$((SECONDS - since))"; since=$SECONDS; }

make_board() {
    [[ $condition == --if-possible ]] || { tests/Board/board-vm build; return; }
    local code=0 seconds=$((60 * making_minutes)) left
    left=$((${BOARD_VM_UNTIL:-$(date +%s)} - $(date +%s)))
    [[ -z ${BOARD_VM_UNTIL:-} ]] || ((seconds = left < seconds ? left : seconds))
    ((seconds > 0)) || skip "the other tests have taken so long that there is no time to make the board"
    timeout --kill-after=30 "$seconds" tests/Board/board-vm build |& tee "$making" || code=$?
    ((code == 0)) || skip "no board could be made$( ((code == 124)) && echo " in $seconds s"): $(tail -n 1 "$making")"
}

stage_installation() {
    DESTDIR=$PWD/$stage/root timeout 15m packaging/install.sh --board tests/Board/board.yaml >"$stage/install.log" 2>&1 ||
        { cat "$stage/install.log"; exit 1; }
    # Compiled here: on the board that would be most of what the tests do.
    dotnet publish tests/Board --configuration "${CONFIGURATION:-Release}" --runtime linux-x64 --self-contained false -p:PublishReadyToRun=true \
        --nologo --verbosity quiet --output "$stage/tests"
    cp firmware-images/pin-tester/*-rv64.elf "$stage/firmware"
    cp packaging/install.sh tests/Board/on-board.sh "$stage"
    # What a Linux guest starts from, where it could be had.
    cp -r artifacts/debian-riscv64 "$stage/" 2>/dev/null || true
    cp "$opensbi" "$stage/" 2>/dev/null || true
}

condition=''
case ${1:-} in --if-ready | --if-possible) condition=$1; shift ;; esac
((EUID == 0)) && [[ $(dpkg --print-architecture 2>/dev/null) == amd64 ]] || skip "the virtual machine needs root on Debian for amd64"
if [[ $condition == --if-ready ]]; then
    tests/Board/board-vm ready || skip "no board has been made here: 'make test-board' does it, once, in half a minute with a ready kernel and ten without (tests/Board/README.md)"
fi
since=$SECONDS
make_board
took "making it"
rm -rf "$stage"
mkdir -p "$stage/firmware"
stage_installation
took "staging the installation"

if [[ ${1:-} == --bench ]]; then
    gcc -O2 -static -o "$stage/plain-loop" tests/Board/plain-loop.c
    cp artifacts/bench.json "$stage/" 2>/dev/null || true
    tests/Board/board-vm run --share "$stage" --timeout "${BOARD_TEST_TIMEOUT:-3600}" -- bash on-board.sh --bench ./bench.json
    cp "$stage/bench.json" artifacts/
    exit
fi

limit=${BOARD_TEST_TIMEOUT:-3600}
if [[ $condition == --if-possible ]]; then
    limit=$((60 * run_minutes))
    set -- --begin-within "$beginning_minutes" "$@"
fi
code=0
tests/Board/board-vm run --share "$stage" --timeout "$limit" --console "$stage/console" -- bash on-board.sh --results results.trx "$@" || code=$?
took "the run"
[[ $condition != --if-possible || -e $stage/is-up ]] || skip "the board did not start, see $stage/console"
cp "$stage/results.trx" "$results/Board.trx" 2>/dev/null || { echo "The board did not come to the end of its tests." >&2; exit 1; }
exit "$code"
