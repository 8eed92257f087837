// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Devices.Stm32;

/// <summary>What joins the GPIO ports, SYSCFG and EXTI of one chip: who hears of a pin's change, and which port a line listens to.</summary>
internal sealed class PinBank
{
    /// <summary>Gets port (0 is A), pin and level of every change; EXTI sets it.</summary>
    public Action<int, int, bool> Changed { get; set; } = (_, _, _) => { };

    /// <summary>The port that an EXTI line listens to; SYSCFG sets it.</summary>
    public Func<int, int> PortOfLine { get; set; } = _ => 0;
}
