// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Conformance;

/// <summary>One thing that happens to a device: the guest reads or writes, time passes, the outside does something.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Offset">Where the guest reads or writes; aligned.</param>
/// <param name="Width">The width of the access.</param>
/// <param name="Value">What is written; nanoseconds to pass; or what the outside makes of it.</param>
public readonly record struct DeviceStep(StepKind Kind, uint Offset, AccessWidth Width, ulong Value);

/// <summary>What a step does.</summary>
public enum StepKind
{
    Read,
    Write,
    PassTime,
    Outside,
}
