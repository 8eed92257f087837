#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# board.sh: run on a board whose kernel has the simulated devices of tests/Board, as root: puts chips on its buses, names the
# devices to the tests, and runs those that want a board. $1 is the folder with Drivers.Tests.dll; what follows goes to `dotnet test`.

set -euo pipefail
tests=${1:?the folder of Drivers.Tests.dll}
shift
outside=/sys/kernel/debug/board-sim

echo 0x20 >"$outside/i2c-new"
export EHV_BOARD_GPIO="chip=pinctrl-bcm2711 line=17 outside=/run/board/gpio/sim_gpio17 markerLine=18 marker=/run/board/gpio/sim_gpio18"
export EHV_BOARD_I2C="bus=1 address=0x20 absent=0x21"

exec dotnet test "$tests/Drivers.Tests.dll" --filter Category=Board --logger 'console;verbosity=normal' "$@"
