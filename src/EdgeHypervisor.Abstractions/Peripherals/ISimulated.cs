// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// An extra ability of simulated peripherals: the world outside of the pin can be looked at and changed, by
/// <c>ehv board set</c>, tests and demonstrations. Any thread.
/// </summary>
public interface ISimulated
{
    /// <summary>What can be seen outside: <c>level</c>, <c>temperature</c>, … by name.</summary>
    IReadOnlyDictionary<string, string> Observe();

    /// <summary>Changes the outside: presses the button, warms the sensor.</summary>
    /// <exception cref="OptionException">There is no such thing, or the value does not fit.</exception>
    void Change(string name, string value);
}
