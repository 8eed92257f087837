// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>How kernels learn what the hart can do. Linux bindings <c>riscv/cpus.yaml</c> and <c>riscv/extensions.yaml</c>.</summary>
internal sealed unsafe partial class RiscVCore : IDeviceTreeSource
{
    // In the order of the ISA manual's naming chapter: single letters, then Zi, Zb, S.
    private static readonly DeviceTreeName[] DeviceTreeNames =
    [
        new("i", Extensions.I), new("m", Extensions.M), new("a", Extensions.A), new("f", Extensions.F), new("d", Extensions.D),
        new("c", Extensions.C), new("zicntr", Extensions.Zicntr), new("zicond", Extensions.Zicond), new("zicsr", Extensions.I),
        new("zifencei", Extensions.I), new("zihpm", Extensions.Zihpm), new("zba", Extensions.Zba), new("zbb", Extensions.Zbb),
        new("zbs", Extensions.Zbs), new("sstc", Extensions.Sstc),
    ];

    /// <inheritdoc/>
    public DeviceTreeDescription DeviceTree => new("cpu", "riscv")
    {
        Properties = [.. DeviceTreeProperties()],
        Inputs =
        [
            new("msip", Interrupt.MachineSoftware), new("mtip", Interrupt.MachineTimer), new("meip", Interrupt.MachineExternal),
            new("seip", Interrupt.SupervisorExternal),
        ],
        InterruptControllerCompatible = "riscv,cpu-intc",
    };

    private IEnumerable<DeviceTreeProperty> DeviceTreeProperties()
    {
        var names = DeviceTreeNames.Where(n => _isa.Has(n.Needs)).Select(n => n.Name).ToArray();
        var letters = string.Concat(names.Where(n => n.Length == 1));
        yield return DeviceTreeProperty.Text("riscv,isa", string.Join('_', [$"rv{_isa.Xlen}{letters}", .. names.Where(n => n.Length > 1)]));
        yield return DeviceTreeProperty.Text("riscv,isa-base", $"rv{_isa.Xlen}i");
        yield return DeviceTreeProperty.Text("riscv,isa-extensions", names);
        if (_isa.Has(Extensions.S)) yield return DeviceTreeProperty.Text("mmu-type", _isa.Xlen == 32 ? "riscv,sv32" : "riscv,sv48");
    }

    private sealed record DeviceTreeName(string Name, Extensions Needs);
}
