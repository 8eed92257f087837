// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A daemon that runs a blinking light and a bench kernel without an end, for all tests that look into them.</summary>
public sealed class TracedDaemon : IAsyncLifetime
{
    public const string Blinky = "blinky-counter", Kernel = "crc32";

    private readonly TemporaryFolder _folder = new();
    private RunningDaemon _daemon = null!;

    internal RunningDaemon Daemon => _daemon;

    internal string Folder => _folder.Path;

    /// <summary>The kernel's image with so many iterations.</summary>
    internal string KernelElf => Path.Combine(Folder, $"{Kernel}.elf");

    public async Task InitializeAsync()
    {
        await File.WriteAllBytesAsync(KernelElf, WithIterations(await File.ReadAllBytesAsync(FirmwareImages.Kernel(Kernel, 64)), uint.MaxValue));
        var manifest = Path.Combine(Folder, $"{Kernel}.vm.yaml");
        await File.WriteAllTextAsync(manifest, $"kind: VirtualMachine\nname: {Kernel}\nmachine: virt-rv64\nfirmware: {Kernel}.elf\nmemory: 8Mi\n");
        _daemon = await RunningDaemon.StartAsync();
        await _daemon.DoAsync("vm", "create", BuiltTree.Guest(Blinky, $"{Blinky}.vm.yaml"), "--start");
        await _daemon.DoAsync("vm", "create", manifest);
        await _daemon.SaidAsync(Blinky, "beat");
    }

    public async Task DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _folder.Dispose();
    }

    // Its last segment is empty (what is zero at the start); it becomes the parameter that firmware-images/README.md describes.
    private static byte[] WithIterations(byte[] elf, uint iterations)
    {
        const uint parameters = 0x8000_0800, headerBytes = 56;
        var header = elf.AsSpan((int)(BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(32)) + (headerBytes * (uint)(BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(56)) - 1))));
        Assert.Equal(0ul, BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));
        ulong[] fields = [(ulong)elf.Length, parameters, parameters, sizeof(uint), sizeof(uint)];
        for (var i = 0; i < fields.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(header[(8 + (8 * i))..], fields[i]);
        return [.. elf, .. BitConverter.GetBytes(iterations)];
    }
}
