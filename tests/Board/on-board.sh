#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# on-board.sh [ARGUMENT...]: on the board, in the folder that test.sh has staged: wires the outside, installs the service
# as its owner would, starts it and runs the tests with the given arguments.
set -euo pipefail

touch is-up
sim=/sys/kernel/debug/board-sim
echo "0x76" >$sim/i2c-new          # the room's sensor: registers of a byte
echo "0x50 2" >$sim/i2c-new        # an EEPROM: two bytes of register number
mkdir -p /srv/firmware
cp firmware/* /srv/firmware/
# Where Debian's package has it.
[[ ! -e fw_dynamic.bin ]] || install -D -m 644 -t /usr/lib/riscv64-linux-gnu/opensbi/generic fw_dynamic.bin

sh install.sh --staged root
# This machine may be slower than any board, and compiling is what it does slowest: once, and without counting what is hot.
# Who measures wants what is hot compiled as on any board, if without the detour of profiling it first.
compiling="DOTNET_TieredPGO=0"
[[ ${1:-} == --bench ]] || compiling+=" DOTNET_TC_CallCounting=0"
mkdir -p /run/systemd/system/edge-hypervisor.service.d
cat >/run/systemd/system/edge-hypervisor.service.d/tests.conf <<EOF
[Service]
WatchdogSec=30s
TimeoutStartSec=10min
TimeoutStopSec=5min
Environment=$compiling
EOF
systemctl daemon-reload
systemctl enable --quiet --now edge-hypervisor || { journalctl --unit edge-hypervisor --no-pager; exit 1; }

dotnet tests/BoardTests.dll "$@"
