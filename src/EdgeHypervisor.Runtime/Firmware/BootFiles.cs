// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Reads what a manifest boots from: its firmware, or firmware, kernel and initial file system as one image.</summary>
public static class BootFiles
{
    private const long MaximumBytes = 256L << 20; // what a board stores of one image

    /// <summary>Where distributions put OpenSBI for any 64-bit machine; Debian's package is called opensbi.</summary>
    private static readonly string[] StockFirmware =
    [
        "/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin",
        "/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_jump.bin",
        "/usr/share/opensbi/lp64/generic/firmware/fw_dynamic.bin",
    ];

    /// <summary>The bytes of the image, to be stored under their digest.</summary>
    /// <exception cref="FirmwareException">A file cannot be read or used.</exception>
    public static byte[] Read(VirtualMachineDescription vm) => vm.KernelPath is { } kernel ? ReadParts(vm, kernel).Pack() : ReadFile(vm.FirmwarePath);

    /// <summary>The image, to be run at once: a kernel is not copied into one file with its firmware before somebody wants that.</summary>
    /// <param name="vm">The manifest.</param>
    /// <param name="rawAddress">Where firmware that is not ELF is loaded and entered.</param>
    /// <exception cref="FirmwareException">A file cannot be read or used.</exception>
    internal static FirmwareImage Load(VirtualMachineDescription vm, ulong rawAddress) => vm.KernelPath is { } kernel
        ? FirmwareImage.Combine(ReadParts(vm, kernel), rawAddress)
        : FirmwareImage.Parse(vm.FirmwarePath, ReadFile(vm.FirmwarePath), rawAddress);

    private static BootParts ReadParts(VirtualMachineDescription vm, string kernel)
    {
        var firmware = vm.Firmware.Length > 0 ? vm.FirmwarePath : FindStockFirmware();
        return new BootParts(
            firmware, ReadFile(firmware), BootImage.Unpack(ReadFile(kernel), kernel),
            vm.InitialFileSystemPath is { } initial ? ReadFile(initial) : default);
    }

    private static string FindStockFirmware()
    {
        return StockFirmware.FirstOrDefault(File.Exists) ?? throw new FirmwareException(
            "firmware", null, $"a kernel needs firmware, none is named, and OpenSBI is not installed ({StockFirmware[0]}): apt install opensbi, or name a file");
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaximumBytes) throw new FirmwareException(path, null, $"{length} bytes are more than {MaximumBytes}");
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new FirmwareException(path, null, exception.Message);
        }
    }
}
