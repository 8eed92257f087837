// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>A saved state of a VM.</summary>
/// <param name="Name">Its name.</param>
/// <param name="At">When it was saved.</param>
/// <param name="Bytes">Size of its file.</param>
public sealed record SnapshotInfo(string Name, DateTimeOffset At, long Bytes);
