// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>The same for everyone who runs a workload.</summary>
internal static class RunLimits
{
    public const int MemoryMiB = 16;

    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);
}
