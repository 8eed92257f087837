// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Tests;

/// <summary>How long a test waits for what must come, on however loaded a machine.</summary>
internal static class Patience
{
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(4);
}
