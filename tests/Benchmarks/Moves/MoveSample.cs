// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Benchmarks;

/// <summary>A move as its board tells of it, and what the machine did to it.</summary>
/// <param name="Job">The move.</param>
/// <param name="WaitMs">How long threads of the two services were ready meanwhile and had no core: others had them. Of all threads, from the asking to the end.</param>
internal readonly record struct MoveSample(MoveJob Job, double WaitMs)
{
    /// <summary>How long the guest stood still beyond the disks' own time.</summary>
    public double BeyondDiskMs => Math.Max(0, Job.DowntimeMs!.Value - Job.DiskMs!.Value);
}
