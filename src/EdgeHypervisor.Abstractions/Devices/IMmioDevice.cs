// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A device that the guest reaches through a window of addresses.</summary>
public interface IMmioDevice : IDevice
{
    /// <summary>Length of the window in bytes.</summary>
    uint WindowBytes { get; }

    /// <summary>
    /// Reads the register at an offset of the window. The bus has checked that the access lies inside the window and is
    /// aligned to its width; what a width means is the device's business.
    /// </summary>
    ulong Read(uint offset, AccessWidth width);

    /// <summary>Writes; the value's bits above the width are zero.</summary>
    void Write(uint offset, AccessWidth width, ulong value);
}
