// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>How kernels learn what the hart can do. Linux bindings <c>riscv/cpus.yaml</c> and <c>riscv/extensions.yaml</c>.</summary>
internal sealed unsafe partial class RiscVCore : IDeviceTreeSource
{
    /// <inheritdoc/>
    public DeviceTreeDescription DeviceTree => new("cpu", "riscv")
    {
        Properties = DescribeIsa(),
        Inputs =
        [
            new("msip", Interrupt.MachineSoftware), new("mtip", Interrupt.MachineTimer), new("meip", Interrupt.MachineExternal),
            new("seip", Interrupt.SupervisorExternal),
        ],
        InterruptControllerCompatible = "riscv,cpu-intc",
    };

    private DeviceTreeProperty[] DescribeIsa()
    {
        var names = ExtensionNames();
        var width = _isa.Xlen == 32 ? "rv32" : "rv64";
        var isa = width;
        foreach (var name in names) isa += name.Length == 1 ? name : "_" + name;
        var text = DeviceTreeProperty.Text("riscv,isa", isa);
        var basis = DeviceTreeProperty.Text("riscv,isa-base", width + "i");
        var extensions = DeviceTreeProperty.Text("riscv,isa-extensions", names);
        if (!_isa.Has(Extensions.S)) return [text, basis, extensions];
        return [text, basis, extensions, DeviceTreeProperty.Text("mmu-type", _isa.Xlen == 32 ? "riscv,sv32" : "riscv,sv48")];
    }

    // In the order of the ISA manual's naming chapter: single letters, then Zi, Zb, S.
    private string[] ExtensionNames()
    {
        var names = new List<string>();
        Add("i", Extensions.I);
        Add("m", Extensions.M);
        Add("a", Extensions.A);
        Add("f", Extensions.F);
        Add("d", Extensions.D);
        Add("c", Extensions.C);
        Add("zicntr", Extensions.Zicntr);
        Add("zicond", Extensions.Zicond);
        Add("zicsr", Extensions.I);
        Add("zifencei", Extensions.I);
        Add("zihpm", Extensions.Zihpm);
        Add("zba", Extensions.Zba);
        Add("zbb", Extensions.Zbb);
        Add("zbs", Extensions.Zbs);
        Add("sstc", Extensions.Sstc);
        return [.. names];

        void Add(string name, Extensions needs)
        {
            if (_isa.Has(needs)) names.Add(name);
        }
    }
}
