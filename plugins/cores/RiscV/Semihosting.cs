// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// EBREAK between two shifts that do nothing asks the host: the operation in a0, its argument in a1, the answer in a0. RISC-V
/// Semihosting 1.0, chapter 2.
/// </summary>
internal sealed unsafe class Semihosting : ISemihostingCaller
{
    private const uint Before = 0x01F0_1013, Break = 0x0010_0073, Behind = 0x4070_5013; // slli x0, x0, 31; ebreak; srai x0, x0, 7
    private const int Argument0 = 10, Argument1 = 11;
    private readonly Hart* _hart;
    private readonly RiscVCore _core;

    public Semihosting(Hart* hart, RiscVCore core, ICoreContext context, int xlen)
    {
        _hart = hart;
        _core = core;
        WordBytes = xlen / 8;
        Host = new SemihostingHost(this, context);
    }

    /// <summary>Who answers.</summary>
    public SemihostingHost Host { get; }

    public int WordBytes { get; }

    /// <summary>Whether the EBREAK at the program counter is one for the host.</summary>
    public bool IsCall
    {
        get
        {
            var pc = _hart->State.Pc;
            return _core.TryReadCode(pc, out var bits) && bits == Break
                && _core.TryReadCode(_core.Address(pc + 4), out bits) && bits == Behind
                && _core.TryReadCode(_core.Address(pc - 4), out bits) && bits == Before;
        }
    }

    /// <summary>False when the program has to wait for input.</summary>
    public bool TryCall()
    {
        var x = Hart.X(_hart);
        if (!Host.TryCall((uint)x[Argument0], _core.Address(x[Argument1]), out var answer)) return false;
        x[Argument0] = WordBytes == 4 ? (ulong)(int)answer : answer;
        return true;
    }

    public bool TryLoad(ulong address, int sizeBytes, out ulong value)
    {
        var found = _core.Memory.TryLoad(_core.Address(address), sizeBytes, out value);
        _core.Memory.TakeReachedDevice(); // the next load is no device's because of this one
        return found;
    }

    public bool TryStore(ulong address, int sizeBytes, ulong value)
    {
        var found = _core.Memory.TryStore(_core.Address(address), sizeBytes, value);
        _core.Memory.TakeReachedDevice();
        return found;
    }

    public void Stop() => _core.RequestStop();
}
