// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>What a device may ask of the whole VM; done when the slice ends, which is soon.</summary>
public interface IMachineControl
{
    /// <summary>The guest switched itself off. Zero means success.</summary>
    void PowerOff(int exitCode);

    /// <summary>The guest asked for a reset.</summary>
    void Reset();
}
