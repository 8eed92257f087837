#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# build.sh: builds the whole solution into artifacts/, with the named packages or the built-in adapters as eng/packages.sh
# says (docs/decisions/0001). A build with the named packages that nobody forced and that fails is made again without
# them; what failed is remembered until `eng/packages.sh --forget`.
#
# Environment:
#   CONFIGURATION   Release by default
#   PACKAGES        named or builtin forces one

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
build() {
    dotnet build EdgeHypervisor.sln --configuration "${CONFIGURATION:-Release}" --nologo --verbosity quiet -p:NamedPackages="$1" | tee "$log"
}

named=$(eng/packages.sh)
[[ -d artifacts/bin ]] || echo "Building everything; the first time takes some minutes." >&2
if build "$named"; then exit 0; fi

# Only what comes from the packages themselves is mended by leaving them out.
[[ $named == true && -z ${PACKAGES:-} ]] || exit 1
grep -qE 'error NU[0-9]|/Named/.*error|Named[A-Za-z]*\.cs.*error|/(DotnetIot|Mqtt)/.*error' "$log" || exit 1
echo "The build with the named packages failed (above); trying the built-in adapters." >&2
build false
eng/packages.sh --failed
