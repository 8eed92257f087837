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

dotnet --version > /dev/null 2>&1 || { echo "build: .NET SDK 10 is not on the PATH (as root?); get it from https://dot.net" >&2; exit 1; }

configuration=${CONFIGURATION:-Release}
complete=artifacts/built-$configuration # there once a build has come to its end
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# A line for each project that is built, while there is long to wait; everything else as it is.
progress() {
    local line count=0 all
    all=$(find src plugins tests eng -name "*.csproj" | wc -l)
    while IFS= read -r line || [[ -n $line ]]; do
        if [[ $line =~ ^\ +([A-Za-z0-9_.-]+)\ -\>\ /.*\.dll$ ]]; then
            [[ -e $complete ]] || echo "[$((++count))/$all] ${BASH_REMATCH[1]}"
        elif [[ ! $line =~ ^\ +(Restored\ /|Determining\ projects|All\ projects\ are) ]]; then
            echo "$line"
        fi
    done
}

build() {
    dotnet build EdgeHypervisor.sln --configuration "$configuration" --nologo --verbosity minimal -p:NamedPackages="$1" | tee "$log" | progress
}

named=$(eng/packages.sh)
[[ -e $complete ]] || echo "Building everything; the first time takes some minutes, five or more on two processors." >&2
if build "$named"; then touch "$complete"; exit 0; fi

# Only what comes from the packages themselves is mended by leaving them out.
[[ $named == true && -z ${PACKAGES:-} ]] || exit 1
grep -qE 'error NU[0-9]|/Named/.*error|Named[A-Za-z]*\.cs.*error|/(DotnetIot|Mqtt)/.*error' "$log" || exit 1
echo "The build with the named packages failed (above); trying the built-in adapters." >&2
build false
touch "$complete"
eng/packages.sh --failed
