// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>A guest that is moved while it works: firmware-images/checksum-chain, which dirties so many pages of an area a second.</summary>
/// <param name="Name">Part of the figures' names.</param>
/// <param name="AreaKiB">The area.</param>
/// <param name="PagesPerSecond">How fast it is dirtied.</param>
/// <param name="MemoryMiB">The guest's memory.</param>
internal sealed record MovedGuest(string Name, uint AreaKiB, uint PagesPerSecond, int MemoryMiB)
{
    public string Elf => Path.Combine(Checkout.Root, "firmware-images", "checksum-chain", "checksum-chain-rv64.elf");

    public long MemoryBytes => (long)MemoryMiB << 20;

    /// <summary>QEMU's arguments for the same guest.</summary>
    public IEnumerable<string> QemuArguments =>
    [
        "-M", "virt", "-bios", "none", "-display", "none", "-serial", "null", "-m", MemoryMiB.ToString(CultureInfo.InvariantCulture), "-kernel", Elf,
        "-device", Parameter(0, AreaKiB), "-device", Parameter(1, PagesPerSecond),
    ];

    /// <summary>The manifest, with the firmware as a flat image beside it that has the parameters in it.</summary>
    public string WriteManifest(string folder)
    {
        File.WriteAllBytes(Path.Combine(folder, $"{Name}.bin"), FlatImage.WithParameters(Elf, (0, AreaKiB), (1, PagesPerSecond)));
        var manifest = Path.Combine(folder, $"{Name}.vm.yaml");
        File.WriteAllText(manifest, $"kind: VirtualMachine\nname: chain-{Name}\nmachine: virt-rv64\nfirmware: {Name}.bin\nmemory: {MemoryMiB}Mi\n");
        return manifest;
    }

    private static string Parameter(uint index, uint value) => string.Create(CultureInfo.InvariantCulture, $"loader,addr={Parameters.Base + (index * 4)},data={value},data-len=4");
}
