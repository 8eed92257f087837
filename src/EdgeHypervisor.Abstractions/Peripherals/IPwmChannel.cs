// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A PWM channel.</summary>
public interface IPwmChannel : IPeripheral
{
    /// <summary>Sets period, duty, polarity and whether it runs, in the order the hardware needs.</summary>
    void Set(PwmSetting setting);
}
