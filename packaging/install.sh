#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Publishes for this machine's processor and installs; packaging/README.md says what goes where.
# Usage: packaging/install.sh [--board FILE] [--arch x64|arm64]     (DESTDIR and PREFIX are honoured)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
prefix=${PREFIX:-/usr}
destination=${DESTDIR:-}
board=$root/boards/simulated-pi.yaml
arch=$(uname -m)
while [ $# -gt 0 ]; do
    case $1 in
        --board) board=$2; shift 2 ;;
        --arch) arch=$2; shift 2 ;;
        *) echo "install: unknown option $1" >&2; exit 2 ;;
    esac
done
case $arch in
    x86_64 | x64) rid=linux-x64 ;;
    aarch64 | arm64) rid=linux-arm64 ;;
    *) echo "install: no build for processor $arch; there is x64 and arm64" >&2; exit 1 ;;
esac

lib=$destination$prefix/lib/edge-hypervisor
for project in EdgeHypervisor.Host EdgeHypervisor.Cli; do
    dotnet publish "$root/src/$project" --configuration Release --runtime "$rid" --self-contained false \
        --nologo --verbosity quiet --output "$lib"
done
for plugin in "$root"/plugins/*/*/*.csproj; do
    dotnet build "$plugin" --configuration Release --nologo --verbosity quiet
done
mkdir -p "$lib/plugins" "$lib/machines" "$destination$prefix/bin" "$destination/etc/edge-hypervisor" \
    "$destination$prefix/lib/systemd/system" "$destination$prefix/lib/sysusers.d" "$destination$prefix/lib/tmpfiles.d" \
    "$destination$prefix/share/bash-completion/completions"
cp -R "$root"/artifacts/plugins/* "$lib/plugins/"
cp "$root"/boards/machines/*.yaml "$lib/machines/"
ln -sf ../lib/edge-hypervisor/ehv "$destination$prefix/bin/ehv"
for file in "$root/packaging/config.yaml=config.yaml" "$board=board.yaml"; do
    [ -e "$destination/etc/edge-hypervisor/${file#*=}" ] || cp "${file%=*}" "$destination/etc/edge-hypervisor/${file#*=}"
done
install -m 644 "$root/packaging/edge-hypervisor.sysusers" "$destination$prefix/lib/sysusers.d/edge-hypervisor.conf"
install -m 644 "$root/packaging/edge-hypervisor.tmpfiles" "$destination$prefix/lib/tmpfiles.d/edge-hypervisor.conf"
unit=$destination$prefix/lib/systemd/system/edge-hypervisor.service
install -m 644 "$root/packaging/edge-hypervisor.service" "$unit"
# A unit that names a group which does not exist does not start.
groups=""
for group in gpio i2c spi dialout video; do
    if getent group "$group" > /dev/null; then groups="$groups $group"; fi
done
sed -i "s/^SupplementaryGroups=.*/SupplementaryGroups=${groups# }/; s#^ExecStart=/usr/#ExecStart=$prefix/#" "$unit"
"$lib/ehv" completion bash > "$destination$prefix/share/bash-completion/completions/ehv" 2> /dev/null || true

[ -z "$destination" ] || exit 0
if [ -d /run/systemd/system ]; then
    systemd-sysusers "$prefix/lib/sysusers.d/edge-hypervisor.conf"
    systemd-tmpfiles --create "$prefix/lib/tmpfiles.d/edge-hypervisor.conf"
    systemctl daemon-reload
fi
echo "installed; next: systemctl enable --now edge-hypervisor"
