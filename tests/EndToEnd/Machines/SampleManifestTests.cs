// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>The manifests beside the sample guests fit the machines, images and simulated board that the checkout has.</summary>
public class SampleManifestTests
{
    public static TheoryData<string> Manifests =>
        [.. Directory.EnumerateFiles(FirmwareImages.Folder, "*.vm.yaml", SearchOption.AllDirectories).Order().Select(file => Path.GetRelativePath(FirmwareImages.Folder, file))];

    [Theory, MemberData(nameof(Manifests))]
    public void A_sample_manifest_names_only_what_is_there(string manifest)
    {
        var vm = DescriptionReader.ReadVirtualMachine(Path.Combine(FirmwareImages.Folder, manifest));
        var machine = DescriptionReader.ReadMachine(Path.Combine(FirmwareImages.RepositoryRoot, "boards", "machines", $"{vm.Machine}.yaml"));
        var board = DescriptionReader.ReadBoard(Path.Combine(FirmwareImages.RepositoryRoot, "boards", "simulated-pi.yaml"));
        var devices = machine.Devices.Select(device => device.Name).ToHashSet();
        var roles = board.Peripherals.Select(peripheral => peripheral.Role).ToHashSet();

        Assert.Equal(vm.Machine, machine.Name);
        Assert.True(File.Exists(vm.FirmwarePath), $"{vm.FirmwarePath} is not there");
        Assert.All(vm.Map, mapping => Assert.Contains(mapping.Port.Device, devices));
        Assert.All(vm.Map.SelectMany(mapping => mapping.Targets), target => Assert.Contains(target.Role, roles));
    }
}
