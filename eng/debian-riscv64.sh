#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# debian-riscv64.sh [FOLDER]: Debian's own riscv64 kernel with the modules that a test needs, busybox, and the tools that reach
# GPIO lines, I2C and SPI buses, into FOLDER (artifacts/debian-riscv64), with their checksums. They come from the mirror that this machine's apt
# uses; apt checks every package against the archive's signature. Nothing is installed, and nothing happens when all is there and whole.
#
# Exit code 75: the archive cannot be reached; FOLDER/UNREACHABLE says why.
#
# Environment:
#   DEBIAN_RISCV64_SUITE   the release (trixie, the first that has riscv64)

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

suite=${DEBIAN_RISCV64_SUITE:-trixie}
folder=$(realpath -m "${1:-artifacts/debian-riscv64}")
modules=(
    drivers/virtio/virtio_mmio net/core/failover drivers/net/net_failover drivers/net/virtio_net drivers/block/virtio_blk
    drivers/i2c/i2c-dev drivers/i2c/busses/i2c-ocores drivers/spi/spi-sifive drivers/pwm/pwm-sifive
)

mkdir -p "$folder"
exec 9>"$folder/lock"
flock 9
if grep -qs ' bin/spi-pipe$' "$folder/SHA256SUMS" && (cd "$folder" && sha256sum --quiet --check SHA256SUMS); then exit 0; fi
rm -f "$folder/SHA256SUMS" "$folder/UNREACHABLE"

work=$(mktemp -d "$folder/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
unreachable() {
    { echo "$1"; tail -n 3 "$work/log"; } >"$folder/UNREACHABLE"
    cat "$folder/UNREACHABLE" >&2
    exit 75
}

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m 1 -E '/debian/?$' || echo http://deb.debian.org/debian/)
mkdir -p "$work"/{lists/partial,archives/partial,packages,root}
touch "$work/status"
echo "deb [arch=riscv64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$work/sources.list"
apt=(
    -qq -o "Dir::State=$work" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work" -o "Dir::Etc::sourcelist=$work/sources.list"
    -o Dir::Etc::sourceparts=/dev/null -o APT::Architecture=riscv64 -o APT::Architectures=riscv64 -o APT::Sandbox::User=
    -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
)
echo "Fetching Debian $suite's riscv64 kernel from $mirror" >&2
apt-get "${apt[@]}" update >"$work/log" 2>&1 || unreachable "$mirror cannot be reached"
kernel=$(apt-cache "${apt[@]}" depends linux-image-riscv64 | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
[[ -n $kernel ]] || unreachable "$mirror has no kernel for riscv64 in $suite"
(cd "$work/packages" && apt-get "${apt[@]}" download "$kernel" busybox-static gpiod libgpiod3 i2c-tools libi2c0 spi-tools libc6 libedit2 libbsd0 libmd0 libtinfo6) \
    >"$work/log" 2>&1 || unreachable "$mirror does not deliver"

for package in "$work"/packages/*.deb; do
    case ${package##*/} in
        linux-image-*)
            release=${kernel#linux-image-}
            wanted=("./boot/vmlinux-$release")
            for module in "${modules[@]}"; do wanted+=("./usr/lib/modules/$release/kernel/$module.ko.xz"); done
            dpkg-deb --fsys-tarfile "$package" | tar -x -C "$work/root" "${wanted[@]}"
            ;;
        *) dpkg-deb -x "$package" "$work/root" ;;
    esac
done
mkdir -p "$folder"/{modules,bin,lib}
cp "$work/root/boot/vmlinux-$release" "$folder/Image"
for module in "${modules[@]}"; do xz -dc "$work/root/usr/lib/modules/$release/kernel/$module.ko.xz" >"$folder/modules/${module##*/}.ko"; done
find "$work/root" -type f \( -name busybox -o -name 'gpio[a-z]*' -o -name 'i2c[a-z]*' -o -name 'spi-[a-z]*' \) -path '*bin/*' -exec cp {} "$folder/bin/" \;
find "$work/root" \( -name 'lib*.so.*' -o -name 'ld-linux-*' \) ! -type d ! -path '*/gconv/*' ! -path '*/audit/*' -exec cp -L {} "$folder/lib/" \;
(cd "$work/packages" && printf '%s\n' *.deb) >"$folder/PACKAGES"
cd "$folder"
find Image PACKAGES modules bin lib -type f -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS
