// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.BoardTests;

/// <summary>Where <c>test.sh</c> has staged what <c>eng/debian-riscv64.sh</c> fetched: beside the tests.</summary>
internal static class DebianFolder
{
    public static string Path => System.IO.Path.GetFullPath(System.IO.Path.Combine(AppContext.BaseDirectory, "../debian-riscv64"));
}
