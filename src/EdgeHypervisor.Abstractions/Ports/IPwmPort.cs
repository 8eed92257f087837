// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A device's end of a PWM output. On the VM's turn only.</summary>
public interface IPwmPort
{
    /// <summary>Sets the output; the same setting again changes nothing.</summary>
    void Set(PwmSetting setting);
}
