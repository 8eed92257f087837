#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# debian-riscv64.sh [FOLDER]: Debian's own riscv64 kernel with the modules that a test needs, busybox, and the tools that reach
# GPIO lines, I2C and SPI buses, into FOLDER (artifacts/debian-riscv64), with their checksums; and in FOLDER/drivers the drivers that this kernel
# leaves out, compiled from Debian's source package against its headers. They come from the mirror that this machine's apt
# uses; apt checks every package against the archive's signature. Nothing is installed, and nothing happens when all is there and whole.
#
# Exit code 75: the archive cannot be reached; FOLDER/UNREACHABLE says why. That only the drivers could not be made is no
# failure; FOLDER/NO-DRIVERS says why.
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
drivers=(drivers/gpio/gpio-virtio drivers/i2c/busses/i2c-virtio)

# Whether folder $1 has the file $2 and all else that it once had.
whole() { grep -qs " $2\$" "$1/SHA256SUMS" && (cd "$1" && sha256sum --quiet --check SHA256SUMS); }
seal() { (cd "$1" && find . -mindepth 1 "${@:2}" -type f ! -name SHA256SUMS -printf '%P\0' | sort -z | xargs -0 sha256sum >SHA256SUMS); }

give_up() { # $1: the file that says why, $2: why
    { echo "$2"; grep -m 3 -i error "$work/log" || tail -n 3 "$work/log"; } >"$folder/$1"
    cat "$folder/$1" >&2
    exit 75
}

# Makes $work an apt of its own, with the packages of riscv64 and of this machine.
open_archive() {
    local own
    own=$(dpkg --print-architecture)
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m 1 -E '/debian/?$' || echo http://deb.debian.org/debian/)
    apt=(
        -qq -o "Dir::State=$work" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work" -o "Dir::Etc::sourcelist=$work/sources.list"
        -o Dir::Etc::sourceparts=/dev/null -o APT::Architecture=riscv64 -o APT::Architectures::=riscv64 -o "APT::Architectures::=$own" -o APT::Sandbox::User=
        -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
    )
    [[ ! -e $work/status ]] || return 0
    mkdir -p "$work"/{lists/partial,archives/partial,packages,root}
    touch "$work/status"
    echo "deb [arch=riscv64,$own signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$work/sources.list"
    apt-get "${apt[@]}" update >"$work/log" 2>&1
}

download() { (cd "$work/packages" && apt-get "${apt[@]}" download "$@") >"$work/log" 2>&1; }

fetch_kernel() {
    local kernel release package module wanted
    rm -rf "$folder"/{SHA256SUMS,UNREACHABLE,NO-DRIVERS,drivers}
    open_archive || give_up UNREACHABLE "$mirror cannot be reached"
    echo "Fetching Debian $suite's riscv64 kernel from $mirror" >&2
    kernel=$(apt-cache "${apt[@]}" depends linux-image-riscv64 | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
    [[ -n $kernel ]] || give_up UNREACHABLE "$mirror has no kernel for riscv64 in $suite"
    download "$kernel" busybox-static gpiod libgpiod3 i2c-tools libi2c0 spi-tools libc6 libedit2 libbsd0 libmd0 libtinfo6 ||
        give_up UNREACHABLE "$mirror does not deliver"

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
    rm "$work"/packages/*
    seal "$folder" ! -path "$folder/drivers/*" ! -name lock ! -path '*/work.*'
}

# Debian's own build folder does it: its headers, its kbuild and its list of symbols. Only the compiler is another.
make_drivers() {
    local release version sources tools loader driver wanted=()
    release=$(sed -n 's/^linux-image-\(.*\)_.*_riscv64\.deb$/\1/p' "$folder/PACKAGES")
    version=$(sed -n 's/^linux-image-.*_\(.*\)_riscv64\.deb$/\1/p' "$folder/PACKAGES")
    open_archive || give_up NO-DRIVERS "$mirror cannot be reached"
    echo "Compiling the drivers that Debian's riscv64 kernel leaves out" >&2
    sources=linux-source-${release%%.*}.$(cut -d. -f2 <<<"$release")
    download "linux-headers-$release=$version" "linux-headers-${release%-*}-common=$version" "linux-kbuild-${release%-*}:$(dpkg --print-architecture)=$version" \
        "$sources=$version" "libc6:$(dpkg --print-architecture)" || give_up NO-DRIVERS "$mirror does not deliver the kernel's source and headers"

    mkdir -p "$work"/{build,libc,drivers}
    for driver in "${drivers[@]}"; do wanted+=("$sources/$driver.c"); done
    dpkg-deb --fsys-tarfile "$work/packages/$sources"_*.deb | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' | xz -dc |
        tar -x -C "$work/drivers" --transform 's,.*/,,' "${wanted[@]}"
    for driver in "${drivers[@]}"; do echo "obj-m += ${driver##*/}.o"; done >"$work/drivers/Makefile"
    for package in "$work"/packages/linux-{headers,kbuild}-*.deb; do dpkg-deb -x "$package" "$work/build"; done
    dpkg-deb -x "$work"/packages/libc6_*.deb "$work/libc"

    # Where things lie in Debian is written in two files, and its programs may want a newer C library than this machine's.
    tools=$work/build/usr/lib/linux-kbuild-${release%-*}/scripts
    sed -i "s#/usr/src/#$work/build&#" "$work/build/usr/src/linux-headers-$release/Makefile"
    sed -i 's/^override CROSS_COMPILE/CROSS_COMPILE/' "$work/build/usr/src/linux-headers-$release/.kernelvariables"
    loader=$(find "$work/libc" -name 'ld-linux*' -type f)
    for program in "$tools/basic/fixdep" "$tools/mod/modpost.real-lsb-64"; do
        mv "$program" "$program.debian"
        printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' "$loader" "${loader%/*}" "$program.debian" >"$program"
        chmod +x "$program"
    done
    make -C "$work/build/usr/src/linux-headers-$release" M="$work/drivers" CROSS_COMPILE=riscv64-unknown-elf- CC=riscv64-unknown-elf-gcc \
        CONFIG_DEBUG_INFO_BTF_MODULES= CONFIG_MODULE_SIG_ALL= modules >"$work/log" 2>&1 || give_up NO-DRIVERS "the drivers do not compile"
    rm -rf "$folder/drivers" "$folder/NO-DRIVERS"
    mkdir "$folder/drivers"
    for driver in "${drivers[@]}"; do
        riscv64-unknown-elf-strip --strip-debug -o "$folder/drivers/${driver##*/}.ko" "$work/drivers/${driver##*/}.ko" || give_up NO-DRIVERS "the drivers cannot be stripped"
    done
    seal "$folder/drivers"
}

mkdir -p "$folder"
exec 9>"$folder/lock"
flock 9
work=$(mktemp -d "$folder/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
whole "$folder" bin/spi-pipe || fetch_kernel
whole "$folder/drivers" i2c-virtio.ko || (make_drivers) || true
