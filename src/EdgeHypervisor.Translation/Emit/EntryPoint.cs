// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>A place where a region can be entered from outside.</summary>
/// <param name="address">Its address.</param>
/// <param name="label">The code that begins there.</param>
internal sealed class EntryPoint(ulong address, Label label)
{
    public ulong Address { get; } = address;

    public Label Label { get; } = label;
}
