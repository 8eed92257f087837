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
export EHV_BOARD_GPIO="chip=pinctrl-bcm2711 number=0 line=17 outside=/run/board/gpio/sim_gpio17 markerLine=18 marker=/run/board/gpio/sim_gpio18"
export EHV_BOARD_I2C="bus=1 address=0x20 absent=0x21"
export EHV_BOARD_CHIPS="outside=$outside"
export EHV_BOARD_SPI="bus=0 chipSelect=1"
export EHV_BOARD_PWM="chip=board-sim number=0 channel=1 log=$outside/log"
export EHV_BOARD_SERIAL="path=/dev/serial0 peer=/dev/serial0-peer"
export EHV_BOARD_LED="name=PWR outside=/run/board/gpio/sim_gpio43/value"

# An adapter that can do SMBus only, and a converter that makes its values up (raw 73, scale 1.333, offset 7), where the kernel has the modules.
if modprobe i2c-stub chip_addr=0x48 2>/dev/null; then
    export EHV_BOARD_SMBUS="bus=$(basename "$(grep -l 'SMBus stub' /sys/bus/i2c/devices/i2c-*/name | head -1 | xargs dirname)" | cut -d- -f2) address=0x48"
fi
if modprobe iio_dummy 2>/dev/null; then
    mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
    mkdir -p /sys/kernel/config/iio/devices/dummy/adc0
    device=$(grep -l adc0 /sys/bus/iio/devices/iio:device*/name | head -1 | xargs dirname)
    export EHV_BOARD_ADC="chip=adc0 channel=0 microvolts=$(awk -v raw="$(cat "$device/in_voltage0_raw")" -v offset="$(cat "$device/in_voltage0_offset")" -v scale="$(cat "$device/in_voltage0_scale")" 'BEGIN { printf "%.0f", (raw + offset) * scale * 1000 }')"
fi

export VSTEST_CONNECTION_TIMEOUT=600 # seconds: the board may be emulated, on a loaded machine
exec dotnet test "$tests/Drivers.Tests.dll" --filter Category=Board --logger 'console;verbosity=normal' "$@"
