// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// A register that holds bits; or a hidden value, when no offset leads to it. Its map resets, saves and restores it under
/// its name.
/// </summary>
public sealed class DeviceRegister
{
    internal DeviceRegister(string name, uint reset, uint bits) => (Name, ResetValue, Bits, Value) = (name, reset, bits, reset);

    /// <summary>Its name in a saved state.</summary>
    public string Name { get; }

    /// <summary>What it holds. Not only a guest changes it: status bits are the device's.</summary>
    public uint Value { get; set; }

    /// <summary>What it holds after a reset.</summary>
    public uint ResetValue { get; }

    /// <summary>The bits that exist.</summary>
    public uint Bits { get; }

    /// <summary>Whether one of these bits is set.</summary>
    public bool Has(uint bits) => (Value & bits) != 0;

    /// <summary>Sets or clears bits.</summary>
    public void Set(uint bits, bool on = true) => Value = on ? Value | bits : Value & ~bits;

    /// <summary>A field of it.</summary>
    public uint Field(int shift, int width) => Value >> shift & ((1u << width) - 1);
}
