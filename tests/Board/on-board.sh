#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# on-board.sh [ARGUMENT...]: on the board, in the folder that test.sh has staged: wires the outside, installs the service
# as its owner would, starts it and runs the tests with the given arguments.
set -euo pipefail

sim=/sys/kernel/debug/board-sim
echo "0x76" >$sim/i2c-new          # the room's sensor: registers of a byte
echo "0x50 2" >$sim/i2c-new        # an EEPROM: two bytes of register number
mkdir -p /srv/firmware
cp firmware/* /srv/firmware/

sh install.sh --staged root
# The watchdog need not be waited for so long, and this machine may be slower than any board.
mkdir -p /run/systemd/system/edge-hypervisor.service.d
printf '[Service]\nWatchdogSec=20s\nTimeoutStartSec=10min\n' >/run/systemd/system/edge-hypervisor.service.d/tests.conf
systemctl daemon-reload
systemctl enable --quiet --now edge-hypervisor || { journalctl --unit edge-hypervisor --no-pager; exit 1; }

dotnet tests/BoardTests.dll "$@"
