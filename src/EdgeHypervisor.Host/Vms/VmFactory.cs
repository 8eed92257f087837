// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Composition;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>Puts VMs together from what this board has.</summary>
internal sealed class VmFactory(VmScheduler scheduler, PluginCatalog plugins, HostBoard board, ImageStore images, TimeProvider time)
{
    /// <summary>Builds a VM that stands still in its reset state.</summary>
    /// <exception cref="Exception">Of the kinds that <see cref="ErrorBoundary"/> explains: a plugin, role, option or image is missing or does not fit.</exception>
    public BuiltVm Build(VmDefinition definition, string id, VmLog log)
    {
        var blueprint = Blueprints.Create(definition.Vm, definition.ManifestText, definition.Machine, LoadFirmware(definition));
        var ports = board.CreatePorts(definition.Vm, id);
        var machine = VirtualMachineBuilder.From(blueprint, scheduler, plugins).Ports(ports.Provider).Time(time).Log(log).Build();
        return new BuiltVm(machine, ports.Console(), ports.Unused());
    }

    private FirmwareImage LoadFirmware(VmDefinition definition)
    {
        var file = images.Find(definition.Image) ?? throw Problems.NotFound("image", definition.Image, "upload it: PUT /v1/images/{digest}");
        return FirmwareImage.Parse(definition.Vm.Firmware, File.ReadAllBytes(file), Blueprints.RawFirmwareAddress(definition.Machine.Machine));
    }
}
