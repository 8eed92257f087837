// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>Opens peripherals of one board.</summary>
public interface IBoardDriver : IDisposable
{
    /// <summary>What all its peripherals are; a plan compares it with the ports that want them.</summary>
    PeripheralKind Kind { get; }

    /// <summary>
    /// Checks a peripheral's options without touching the hardware, and says with what others it contends: peripherals
    /// with the same key (an I2C bus, say) are never used at the same moment, others always may. Null: with nobody.
    /// </summary>
    /// <exception cref="OptionException">An option is missing or does not fit.</exception>
    string? Validate(ComponentOptions options);

    /// <summary>Opens a peripheral.</summary>
    /// <exception cref="OptionException">An option is missing or does not fit.</exception>
    /// <exception cref="PeripheralException">The hardware is not there, busy or refuses.</exception>
    IPeripheral Open(ComponentOptions options);
}
