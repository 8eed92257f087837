#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Moves under faults; eng/Chaos says which. Usage: eng/chaos.sh CONFIGURATION [MOVES] [SEED] [FAULTS]
set -eu
configuration=$(printf '%s' "${1:-Release}" | tr '[:upper:]' '[:lower:]')
shift
exec "$(dirname "$0")/../artifacts/bin/Chaos/$configuration/Chaos" "$@"
