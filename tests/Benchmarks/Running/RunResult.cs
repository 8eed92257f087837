// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>A run of a guest or program, from process start to process end.</summary>
internal sealed record RunResult(TimeSpan ProcessorTime, TimeSpan WallTime, string Output, string Errors)
{
    public double Seconds => ProcessorTime.TotalSeconds;
}
