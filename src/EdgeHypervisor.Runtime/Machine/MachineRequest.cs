// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Something that concerns the whole VM, noted during a slice and done after it.</summary>
internal sealed record MachineRequest(MachineRequestKind Kind, int ExitCode = 0, ulong? WatchedAddress = null);
