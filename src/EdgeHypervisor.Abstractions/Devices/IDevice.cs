// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A virtual device of a machine.</summary>
public interface IDevice : ISnapshottable
{
    /// <summary>Back to the state after power-on; drives all outputs anew.</summary>
    void Reset();
}
