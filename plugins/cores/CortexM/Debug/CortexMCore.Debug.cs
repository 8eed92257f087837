// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <content>Debugging: GDB's M-profile registers, and breakpoints, which are decoded into the page.</content>
internal sealed unsafe partial class CortexMCore : IDebuggableCore
{
    private readonly Breakpoints _breakpoints = new();
    private RegisterInfo[]? _registers;

    /// <inheritdoc/>
    public string Architecture => !_profile.IsV7 ? "armv6-m" : _profile.HasDsp ? "armv7e-m" : "armv7-m";

    /// <inheritdoc/>
    /// <remarks>GDB manual, appendix G.5.3, "ARM Features": m-profile, vfp and m-system.</remarks>
    public IReadOnlyList<RegisterInfo> Registers => _registers ??= [.. DescribeRegisters()];

    /// <inheritdoc/>
    public ulong ProgramCounter => _cpu->State.Pc;

    /// <inheritdoc/>
    public ulong ReadRegister(int index)
    {
        ref var s = ref _cpu->State;
        var name = Registers[index].Name;
        switch (name)
        {
            case "sp": return s.R[13];
            case "lr": return s.R[14];
            case "pc": return s.Pc;
            case "xpsr": return Special.Xpsr;
            case "fpscr": return s.Fpscr;
            case "msp": return Special.MainStackPointer;
            case "psp": return Special.ProcessStackPointer;
            case "primask": return s.Primask;
            case "basepri": return s.Basepri;
            case "faultmask": return s.Faultmask;
            case "control": return s.Control;
        }
        var number = int.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        return name[0] == 'r' ? s.R[number] : s.S[2 * number] | (ulong)s.S[2 * number + 1] << 32;
    }

    /// <inheritdoc/>
    public bool TryWriteRegister(int index, ulong value)
    {
        ref var s = ref _cpu->State;
        var name = Registers[index].Name;
        switch (name)
        {
            case "sp": s.R[13] = (uint)value & ~3u; return true;
            case "lr": s.R[14] = (uint)value; return true;
            case "pc": (s.Pc, s.It) = ((uint)value & ~1u, 0); return true;
            case "xpsr":
                Special.SetFlags((uint)value);
                s.It = ((uint)value >> 25 & 3) | ((uint)value >> 8 & 0xFC);
                return true;
            case "fpscr": s.Fpscr = (uint)value; return true;
            case "msp": Special.MainStackPointer = (uint)value; return true;
            case "psp": Special.ProcessStackPointer = (uint)value; return true;
            case "primask": s.Primask = (uint)value & 1; break;
            case "basepri": s.Basepri = (uint)value & _profile.PriorityMask; break;
            case "faultmask":
                s.Faultmask = (uint)value & 1;
                OnPrivilegeChanged(); // what the MPU allows changes with it
                break;
            case "control": return false;
            default:
                var number = int.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
                if (name[0] == 'r') s.R[number] = (uint)value;
                else (s.S[2 * number], s.S[2 * number + 1]) = ((uint)value, (uint)(value >> 32));
                return true;
        }
        Exceptions.Recompute();
        return true;
    }

    /// <inheritdoc/>
    public void AddBreakpoint(ulong address)
    {
        if (_breakpoints.Add(address & 0xFFFF_FFFE)) Code.DropAll();
    }

    /// <inheritdoc/>
    public void RemoveBreakpoint(ulong address)
    {
        if (_breakpoints.Remove(address & 0xFFFF_FFFE)) Code.DropAll();
    }

    /// <summary>Whether to stop before the instruction at the program counter: not when the last stop was here.</summary>
    public bool StopsAtBreakpoint() => _breakpoints.StopsAt(_cpu->State.Pc);

    private IEnumerable<RegisterInfo> DescribeRegisters()
    {
        for (var i = 0; i < 13; i++) yield return new RegisterInfo($"r{i}", 32, "general");
        foreach (var name in new[] { "sp", "lr", "pc", "xpsr" }) yield return new RegisterInfo(name, 32, "general");
        if (_profile.Fpu != FpuKind.None)
        {
            for (var i = 0; i < 16; i++) yield return new RegisterInfo($"d{i}", 64, "float");
            yield return new RegisterInfo("fpscr", 32, "float");
        }
        foreach (var name in new[] { "msp", "psp" }) yield return new RegisterInfo(name, 32, "system");
        foreach (var name in new[] { "primask", "basepri", "faultmask", "control" })
        {
            if (_profile.IsV7 || name is "primask" or "control") yield return new RegisterInfo(name, 32, "masks");
        }
    }
}
