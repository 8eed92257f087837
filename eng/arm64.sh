#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ARM64 on a PC: publishes a program of ours with .NET's own ARM64 runtime and runs it under QEMU's user-mode emulator,
# against Debian's ARM64 libraries. Right for "does it do the same on ARM64", not for timing.
#
#   arm64.sh publish PROJECT [NAME]      into artifacts/arm64/NAME (the project's name if none is given)
#   arm64.sh libraries                   prints the folder of the ARM64 libraries, made on the first call
#   arm64.sh run PROGRAM [ARGUMENT...]   runs a published program; on an ARM64 machine as it is
#
# Environment: CONFIGURATION (Release), PACKAGES (as for make).

set -euo pipefail
shopt -s inherit_errexit # what fails inside of $(…) ends the script, too
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$root/artifacts/arm64
packages=libc6,libgcc-s1,libmosquitto1,libssl3,libstdc++6,libzstd1,zlib1g

is_arm64() { [[ $(uname -m) == aarch64 ]]; }

publish() {
    local project=$1 name=${2:-$(basename "$1" .csproj)}
    libraries > /dev/null # what it is of no use without
    dotnet publish "$root/$project" --configuration "${CONFIGURATION:-Release}" --runtime linux-arm64 --self-contained \
        --output "$folder/$name" --nologo --verbosity quiet -p:NamedPackages="$("$root/eng/packages.sh")"
}

# Debian's ARM64 libraries, unpacked and not installed.
libraries() {
    is_arm64 && return
    "$root/eng/dependencies.sh" qemu-user-static mmdebstrap debian-archive-keyring
    mkdir -p "$folder"
    exec 9> "$folder/lock"
    flock 9
    if [[ $(cat "$folder/libraries.list" 2> /dev/null) != "$packages" ]]; then
        echo "ARM64: unpacking ${packages//,/ }" >&2
        rm -rf "$folder/libraries"
        local codename archive
        codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
        archive=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' "Codename: $codename" | head -n 1)
        local attempt
        for attempt in 1 2 3; do
            mmdebstrap --quiet --variant=extract --arch=arm64 --include="$packages" "$codename" "$folder/libraries.new" "$archive" >&2 && break
            rm -rf "$folder/libraries.new"
            ((attempt < 3)) || { echo "ARM64: Debian's ARM64 libraries could not be fetched from $archive" >&2; return 1; }
            sleep $((attempt * 10)) # an archive that is being updated is whole again soon
        done
        rm -rf "$folder/libraries.new/dev" # QEMU looks here first, and these would be found instead of this machine's terminals
        mv "$folder/libraries.new" "$folder/libraries"
        echo "$packages" > "$folder/libraries.list"
    fi
    exec 9>&-
    echo "$folder/libraries"
}

run() {
    local program=$1
    shift
    if is_arm64; then exec "$program" "$@"; fi
    # QEMU before 8.1 misses code that is changed through a second mapping of its page, which is how .NET does it by default.
    export DOTNET_EnableWriteXorExecute=0
    local libraries
    libraries=$(libraries)
    # A Debian name that differs between releases must not decide: the emulator is one of the two.
    exec "$(command -v qemu-aarch64-static || command -v qemu-aarch64)" -L "$libraries" "$program" "$@"
}

case ${1:-} in
    publish | libraries | run) "$@" ;;
    *) sed -n '4,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
