// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Transports.Tests;

/// <summary>How long a test waits for something that has to happen before it calls it a failure.</summary>
internal static class Patience
{
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(4);

    public static CancellationToken Token => new CancellationTokenSource(Limit).Token;
}
