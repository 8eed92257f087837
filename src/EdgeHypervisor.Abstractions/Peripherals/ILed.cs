// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A light with a brightness.</summary>
public interface ILed : IPeripheral
{
    /// <summary>The largest brightness; 1 for on and off.</summary>
    int MaximumBrightness { get; }

    /// <summary>Sets the brightness, 0 to <see cref="MaximumBrightness"/>.</summary>
    void SetBrightness(int brightness);
}
