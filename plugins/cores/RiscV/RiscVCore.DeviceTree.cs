// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>How kernels learn what the hart can do. Linux bindings <c>riscv/cpus.yaml</c> and <c>riscv/extensions.yaml</c>.</summary>
internal sealed unsafe partial class RiscVCore : IDeviceTreeSource
{
    // In the order of the ISA manual's naming chapter: single letters, then Zi, Zb, S.
    private static readonly (string Name, Extensions Needs)[] DeviceTreeNames =
    [
        ("i", Extensions.I), ("m", Extensions.M), ("a", Extensions.A), ("f", Extensions.F), ("d", Extensions.D), ("c", Extensions.C),
        ("zicntr", Extensions.Zicntr), ("zicond", Extensions.Zicond), ("zicsr", Extensions.I), ("zifencei", Extensions.I),
        ("zihpm", Extensions.Zihpm), ("zba", Extensions.Zba), ("zbb", Extensions.Zbb), ("zbs", Extensions.Zbs),
        ("sstc", Extensions.Sstc),
    ];

    /// <inheritdoc/>
    public DeviceTreeDescription DeviceTree => new("cpu", "riscv")
    {
        Properties = [.. DeviceTreeProperties()],
        Inputs =
        [
            ("msip", Interrupt.MachineSoftware), ("mtip", Interrupt.MachineTimer), ("meip", Interrupt.MachineExternal),
            ("seip", Interrupt.SupervisorExternal),
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
}
