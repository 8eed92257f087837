#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# install.sh: compiles for this machine ahead of time and installs the service, `ehv`, plugins and descriptions.
#
# Environment:
#   DESTDIR   put before every path, for making packages (default: nothing)

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lib=${DESTDIR:-}/usr/lib/edge-hypervisor
etc=${DESTDIR:-}/etc/edge-hypervisor
case $(uname -m) in
    x86_64) rid=linux-x64 ;;
    aarch64) rid=linux-arm64 ;;
    *) echo "There is no .NET runtime for $(uname -m)." >&2; exit 1 ;;
esac

install -d "$lib/plugins" "$lib/machines" "$etc/boards"
for part in Host Cli; do
    dotnet publish "src/EdgeHypervisor.$part" --configuration Release --runtime "$rid" --no-self-contained \
        --output "$lib" --nologo --verbosity quiet "-p:NamedPackages=$(eng/packages.sh)"
done
cp -r artifacts/plugins/. "$lib/plugins"
cp boards/machines/*.yaml "$lib/machines"
cp -n boards/*.yaml "$etc/boards"
[[ -e $etc/config.yaml ]] || install -m 0644 packaging/config.yaml "$etc/config.yaml"

install -d "${DESTDIR:-}/usr/bin" "${DESTDIR:-}/usr/share/doc/edge-hypervisor"
ln -sf /usr/lib/edge-hypervisor/ehv "${DESTDIR:-}/usr/bin/ehv"
install -m 0644 README.md "${DESTDIR:-}/usr/share/doc/edge-hypervisor"
install -D -m 0644 packaging/edge-hypervisor.service "${DESTDIR:-}/usr/lib/systemd/system/edge-hypervisor.service"
install -D -m 0644 packaging/sysusers.conf "${DESTDIR:-}/usr/lib/sysusers.d/edge-hypervisor.conf"

if [[ -z ${DESTDIR:-} ]]; then
    systemd-sysusers edge-hypervisor.conf
    systemctl daemon-reload
    echo "Installed. Edit $etc/config.yaml, then: systemctl enable --now edge-hypervisor"
fi
