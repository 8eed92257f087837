// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Firmware, a kernel and its initial file system, as their files have them; the kernel unpacked.</summary>
/// <param name="FirmwareSource">What to call the firmware in messages.</param>
/// <param name="Firmware">Its file.</param>
/// <param name="Kernel">The kernel, a flat image.</param>
/// <param name="InitialFileSystem">The initial file system; empty for none.</param>
internal sealed record BootParts(string FirmwareSource, ReadOnlyMemory<byte> Firmware, ReadOnlyMemory<byte> Kernel, ReadOnlyMemory<byte> InitialFileSystem)
{
    /// <summary>The one file that they make, see <see cref="BootImage"/>.</summary>
    public byte[] Pack() => BootImage.Pack(FirmwareImage.Parse(FirmwareSource, Firmware), Kernel, InitialFileSystem);
}
