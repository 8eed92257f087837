#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The main job in one command; eng/Demo says what is shown. Usage: eng/demo.sh [Release|Debug]
set -eu
configuration=$(printf '%s' "${1:-Release}" | tr '[:upper:]' '[:lower:]')
exec "$(dirname "$0")/../artifacts/bin/Demo/$configuration/Demo"
