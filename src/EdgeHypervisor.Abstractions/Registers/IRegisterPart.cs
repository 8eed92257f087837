// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>Something of a device that is reset and saved with its registers, such as a counter or a FIFO.</summary>
public interface IRegisterPart : ISnapshottable
{
    /// <summary>Back to the state after power-on.</summary>
    void Reset();
}
