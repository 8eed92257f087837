// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Debugging. Breakpoints go by virtual address and are decoded into the page.</summary>
internal sealed unsafe partial class RiscVCore : IDebuggableCore
{
    private const int PcRegister = 32;
    private const int FirstFloatRegister = 33;
    private readonly Breakpoints _breakpoints = new();
    private RegisterInfo[]? _registers;

    private static readonly (string Name, int Csr)[] VisibleCsrs =
    [
        ("mstatus", CsrAddress.Mstatus), ("misa", CsrAddress.Misa), ("mie", CsrAddress.Mie), ("mip", CsrAddress.Mip),
        ("mtvec", CsrAddress.Mtvec), ("mscratch", CsrAddress.Mscratch), ("mepc", CsrAddress.Mepc),
        ("mcause", CsrAddress.Mcause), ("mtval", CsrAddress.Mtval), ("mcycle", CsrAddress.Mcycle),
        ("minstret", CsrAddress.Minstret), ("mhartid", CsrAddress.Mhartid), ("medeleg", CsrAddress.Medeleg),
        ("mideleg", CsrAddress.Mideleg), ("sstatus", CsrAddress.Sstatus), ("stvec", CsrAddress.Stvec),
        ("sscratch", CsrAddress.Sscratch), ("sepc", CsrAddress.Sepc), ("scause", CsrAddress.Scause),
        ("stval", CsrAddress.Stval), ("satp", CsrAddress.Satp), ("fcsr", CsrAddress.Fcsr),
    ];

    /// <inheritdoc/>
    public string Architecture => _isa.Xlen == 32 ? "riscv:rv32" : "riscv:rv64";

    /// <inheritdoc/>
    public IReadOnlyList<RegisterInfo> Registers => _registers ??= [.. DescribeRegisters()];

    /// <inheritdoc/>
    public ulong ProgramCounter => _hart->State.Pc;

    /// <inheritdoc/>
    public ulong ReadRegister(int index)
    {
        var register = Registers[index];
        if (index < PcRegister) return Address(Hart.X(_hart)[index]);
        if (index == PcRegister) return _hart->State.Pc;
        if (register.Group == "float") return Hart.F(_hart)[index - FirstFloatRegister];
        return Csrs.TryReadForDebugger(CsrOf(register.Name), out var value) ? value : 0;
    }

    /// <inheritdoc/>
    /// <remarks>CSRs are read-only here: a wrong one could not be told from the guest's own doing.</remarks>
    public bool TryWriteRegister(int index, ulong value)
    {
        var register = Registers[index];
        if (index == 0 || register.Group == "csr") return false;
        if (index < PcRegister) Hart.X(_hart)[index] = Extended(value);
        else if (index == PcRegister) _hart->State.Pc = Address(value) & ~1UL;
        else Hart.F(_hart)[index - FirstFloatRegister] = value;
        return true;
    }

    /// <inheritdoc/>
    public void AddBreakpoint(ulong address)
    {
        if (_breakpoints.Add(Address(address))) Code.DropAll();
    }

    /// <inheritdoc/>
    public void RemoveBreakpoint(ulong address)
    {
        if (_breakpoints.Remove(Address(address))) Code.DropAll();
    }

    /// <summary>Whether to stop before the instruction at the program counter: not when the last stop was here.</summary>
    public bool StopsAtBreakpoint() => _breakpoints.StopsAt(_hart->State.Pc);

    private IEnumerable<RegisterInfo> DescribeRegisters()
    {
        foreach (var name in RegisterNames.Integer) yield return new RegisterInfo(name, _isa.Xlen, "general");
        yield return new RegisterInfo("pc", _isa.Xlen, "general");
        if (_isa.Has(Extensions.F))
        {
            foreach (var name in RegisterNames.Float) yield return new RegisterInfo(name, _isa.Has(Extensions.D) ? 64 : 32, "float");
        }
        foreach (var (name, csr) in VisibleCsrs)
        {
            if (IsVisible(csr)) yield return new RegisterInfo(name, _isa.Xlen, "csr");
        }
    }

    private bool IsVisible(int csr) => csr switch
    {
        CsrAddress.Fcsr => _isa.Has(Extensions.F),
        CsrAddress.Medeleg or CsrAddress.Mideleg or (>= CsrAddress.Sstatus and <= CsrAddress.Satp) => _isa.Has(Extensions.S),
        _ => true,
    };

    private static int CsrOf(string name) => Array.Find(VisibleCsrs, c => c.Name == name).Csr;
}
