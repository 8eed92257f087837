#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# install.sh [--board FILE] [--arch x64|arm64]     publishes for a processor (this machine's) and installs
# install.sh --staged FOLDER                       installs what DESTDIR=FOLDER install.sh laid out elsewhere
#
# All is compiled ahead of time. DESTDIR and PREFIX are honoured; packaging/README.md says what goes where.
# The second form needs no SDK: that is how a tree made on a PC gets onto a board.
set -eu

prefix=${PREFIX:-/usr}
destination=${DESTDIR:-}
board='' staged=''
# The system's programs decide, not its kernel: there are 32-bit systems with a 64-bit kernel.
arch=$(dpkg --print-architecture 2> /dev/null || uname -m)
while [ $# -gt 0 ]; do
    case $1 in
        --board) board=$2; shift 2 ;;
        --arch) arch=$2; shift 2 ;;
        --staged) staged=$2; shift 2 ;;
        *) echo "install: unknown option $1" >&2; exit 2 ;;
    esac
done
lib=$destination$prefix/lib/edge-hypervisor
settings=$destination/etc/edge-hypervisor

# Puts a file where its owner may have changed it: never overwritten.
keep() { [ -e "$2" ] || install -D -m 644 "$1" "$2"; }

publish() {
    root=$(cd "$(dirname "$0")/.." && pwd)
    case $arch in
        x86_64 | amd64 | x64) rid=linux-x64 ;;
        aarch64 | arm64) rid=linux-arm64 ;;
        *)
            echo "install: no build for $arch: a 64-bit system is needed, x64 or arm64 (on a Raspberry Pi: Raspberry Pi OS 64-bit)" >&2
            exit 1
            ;;
    esac
    dotnet --version > /dev/null 2>&1 ||
        { echo "install: .NET SDK 10 is not on the PATH (as root?); get it from https://dot.net" >&2; exit 1; }
    named=$("$root/eng/packages.sh")
    echo "install: compiling the service and the command for $rid"
    rm -f "$lib"/*.runtimeconfig.json # a newer one of an older version would stay
    for project in EdgeHypervisor.Host EdgeHypervisor.Cli; do
        dotnet publish "$root/src/$project" --configuration Release --runtime "$rid" --self-contained false \
            --nologo --verbosity quiet --output "$lib" "-p:NamedPackages=$named"
    done
    rm -rf "$lib/plugins" # one that is gone from this version must not stay
    echo "install: compiling the plugins"
    dotnet msbuild "$root/plugins/publish.proj" -nologo -verbosity:quiet -maxCpuCount -t:Publish \
        -p:RuntimeIdentifier="$rid" -p:NamedPackages="$named" -p:Folder="$(cd "$lib" && pwd)/plugins"
    mkdir -p "$lib/machines" "$destination$prefix/bin" "$destination$prefix/share/bash-completion/completions"
    cp "$root"/boards/machines/*.yaml "$lib/machines/"
    ln -sf ../lib/edge-hypervisor/ehv "$destination$prefix/bin/ehv"
    keep "$root/packaging/config.yaml" "$settings/config.yaml"
    keep "${board:-$root/boards/simulated-pi.yaml}" "$settings/board.yaml"
    install -D -m 644 "$root/packaging/edge-hypervisor.sysusers" "$destination$prefix/lib/sysusers.d/edge-hypervisor.conf"
    install -D -m 644 "$root/packaging/edge-hypervisor.tmpfiles" "$destination$prefix/lib/tmpfiles.d/edge-hypervisor.conf"
    install -D -m 644 "$root/packaging/edge-hypervisor.service" "$destination$prefix/lib/systemd/system/edge-hypervisor.service"
    sed -i "s#^ExecStart=/usr/#ExecStart=$prefix/#" "$destination$prefix/lib/systemd/system/edge-hypervisor.service"
    install -D -m 644 "$root/plugins/drivers/Linux/99-edgehypervisor.rules" "$destination$prefix/lib/udev/rules.d/99-edgehypervisor.rules"
    # Not by its own program, which may be for another processor.
    completion=$destination$prefix/share/bash-completion/completions/ehv
    dotnet "$lib/ehv.dll" completion bash > "$completion" ||
        { rm -f "$completion"; echo "install: no completion for bash, see above; all else is as it should be" >&2; }
}

take_staged() {
    [ -d "$staged$prefix/lib/edge-hypervisor" ] || { echo "install: $staged holds no $prefix/lib/edge-hypervisor" >&2; exit 1; }
    rm -rf "$lib" # a plugin that is gone from this version must not stay
    mkdir -p "$destination$prefix"
    cp -R "$staged$prefix/." "$destination$prefix/"
    for file in "$staged"/etc/edge-hypervisor/*; do keep "$file" "$settings/$(basename "$file")"; done
}

# The service has no variables of ours and no home, so neither has this look at whether it can start.
check_runtime() {
    service=$prefix/lib/edge-hypervisor/edge-hypervisord
    if said=$(env -i "$service" --version 2>&1); then return; fi
    echo "$said" | sed 's/^/    /' >&2
    cat >&2 << END
install: everything is in its place, but $service does not start here (above).
It needs a 64-bit system and the ASP.NET Core 10 runtime where services find it; one in a home folder is out of their reach:
    curl -sSL https://dot.net/v1/dotnet-install.sh | sudo bash -s -- --channel 10.0 --runtime aspnetcore --install-dir /usr/share/dotnet
Then: systemctl enable --now edge-hypervisor
END
    exit 1
}

# What only the board itself knows: its groups, that its systemd is there, and whether it has .NET.
finish() {
    groups=''
    for group in gpio i2c spi dialout video; do
        if getent group "$group" > /dev/null; then groups="$groups $group"; fi
    done
    # A unit that names a group which does not exist does not start.
    sed -i "s/^SupplementaryGroups=.*/SupplementaryGroups=${groups# }/" "$prefix/lib/systemd/system/edge-hypervisor.service"
    if [ -d /run/systemd/system ]; then
        systemd-sysusers "$prefix/lib/sysusers.d/edge-hypervisor.conf"
        systemd-tmpfiles --create "$prefix/lib/tmpfiles.d/edge-hypervisor.conf"
        systemctl daemon-reload
        # Devices that are there already get their groups too. A container has nothing to say about them.
        udevadm control --reload 2> /dev/null || true
        for subsystem in gpio i2c-dev spidev pwm leds; do udevadm trigger --subsystem-match="$subsystem" 2> /dev/null || true; done
    fi
    check_runtime
    echo "installed; next: systemctl enable --now edge-hypervisor"
}

if [ -n "$staged" ]; then take_staged; else publish; fi
[ -n "$destination" ] || finish
