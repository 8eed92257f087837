#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Says whether this build uses the named packages (docs/decisions/0001) or the built-in adapters.
#
#   eng/packages.sh            prints true or false, for dotnet's -p:NamedPackages=; the reason goes to standard error
#   eng/packages.sh --forget   forgets what was found out, so that the next call tries again
#   eng/packages.sh --failed   remembers that a build with the named packages failed, so that the next call says false
#
# PACKAGES=named or PACKAGES=builtin forces one. Otherwise a trial restore of all five from the machine's own NuGet
# sources decides; its answer is kept under artifacts/ until a version in Directory.Packages.props or a source changes.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
trial="$root/artifacts/named-packages"
answer="$trial/answer"
packages=(MQTTnet System.Device.Gpio Iot.Device.Bindings McMaster.NETCore.Plugins Microsoft.Extensions.Hosting.Systemd)

say() { echo "packages: $*" >&2; }

version_of() {
    sed -n "s/.*<PackageVersion Include=\"$1\" Version=\"\([^\"]*\)\".*/\1/p" "$root/Directory.Packages.props"
}

# What the answer depends on: the versions wanted, and the sources that NuGet would ask.
fingerprint() {
    {
        for package in "${packages[@]}"; do echo "$package $(version_of "$package")"; done
        dotnet nuget list source --format Short
    } | sha256sum | cut -d ' ' -f 1
}

write_trial_project() {
    mkdir -p "$trial"
    # Its own empty props keep the repository's settings out.
    echo '<Project />' | tee "$trial/Directory.Build.props" > "$trial/Directory.Build.targets"
    echo '<Project />' > "$trial/Directory.Packages.props"
    {
        echo '<Project Sdk="Microsoft.NET.Sdk">'
        echo '  <PropertyGroup><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>'
        echo '  <ItemGroup>'
        for package in "${packages[@]}"; do
            echo "    <PackageReference Include=\"$package\" Version=\"$(version_of "$package")\" />"
        done
        echo '  </ItemGroup>'
        echo '</Project>'
    } > "$trial/trial.csproj"
}

# Restores all five; prints true or false, and a line with the reason.
try_restore() {
    write_trial_project
    if dotnet restore "$trial/trial.csproj" --verbosity quiet --nologo > "$trial/restore.log" 2>&1; then
        echo "true all five can be restored"
        return
    fi
    local missing=()
    for package in "${packages[@]}"; do
        if grep -q "NU110[0-9].* $package[ .]" "$trial/restore.log"; then missing+=("$package"); fi
    done
    if [ ${#missing[@]} -gt 0 ]; then
        echo "false not to be had from this machine's NuGet sources: ${missing[*]}"
    else
        echo "false the trial restore failed, see artifacts/named-packages/restore.log"
    fi
}

decide() {
    local mark known
    mark=$(fingerprint)
    if [ -f "$answer" ]; then
        known=$(head -n 1 "$answer")
        if [ "$known" = "$mark" ]; then
            tail -n 1 "$answer"
            return
        fi
    fi
    local result
    result=$(try_restore)
    printf '%s\n%s\n' "$mark" "$result" > "$answer"
    echo "$result"
}

case "${1:-}" in
    --forget)
        rm -rf "$trial"
        exit 0
        ;;
    --failed)
        mkdir -p "$trial"
        printf '%s\n%s\n' "$(fingerprint)" "false a build with the named packages failed" > "$answer"
        say "the build with the named packages failed; falling back to the built-in adapters ('eng/packages.sh --forget' tries again)"
        exit 0
        ;;
    "") ;;
    *)
        say "unknown argument '$1'"
        exit 2
        ;;
esac

case "${PACKAGES:-}" in
    named)
        say "named (PACKAGES=named)"
        echo true
        ;;
    builtin)
        say "built-in (PACKAGES=builtin)"
        echo false
        ;;
    "")
        read -r choice reason <<< "$(decide)"
        if [ "$choice" = true ]; then say "named ($reason)"; else say "built-in ($reason)"; fi
        echo "$choice"
        ;;
    *)
        say "PACKAGES=$PACKAGES is neither 'named' nor 'builtin'"
        exit 2
        ;;
esac
