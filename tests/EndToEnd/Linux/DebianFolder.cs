// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.EndToEnd.Service;

namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>Where <c>eng/debian-riscv64.sh</c> puts Debian's kernel, its modules and the tools.</summary>
internal static class DebianFolder
{
    public static string Path => BuiltTree.Path("artifacts/debian-riscv64");
}
