#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# check.sh: format, analyzers, house rules and links, without changing anything.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Where packages are not there yet, each import of theirs would be called unnecessary.
dotnet restore EdgeHypervisor.sln --verbosity quiet "-p:NamedPackages=$(eng/packages.sh)"

echo "format"
dotnet format whitespace EdgeHypervisor.sln --verify-no-changes --no-restore --verbosity quiet
dotnet format style EdgeHypervisor.sln --verify-no-changes --no-restore --severity warn --verbosity quiet

echo "analyzers"
dotnet build EdgeHypervisor.sln --configuration Release --nologo --verbosity quiet

echo "house rules and links"
dotnet test tests/Architecture.Tests --configuration Release --no-build --nologo --verbosity quiet

echo "shell scripts"
for script in eng/*.sh .ci/run; do bash -n "$script"; done
echo "all good"
