// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>The state of an output that does no harm. PWM outputs, and LEDs other than for <see cref="High"/>, switch off.</summary>
public enum SafeState : byte
{
    /// <summary>Driven low.</summary>
    Low,

    /// <summary>Driven high.</summary>
    High,

    /// <summary>Not driven: the line becomes an input.</summary>
    Input,
}
