// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>BKPT 0xAB asks the host: the operation in r0, its argument in r1, the answer in r0. Semihosting for AArch32 and AArch64, section 3.</summary>
internal sealed unsafe class Semihosting : ISemihostingCaller
{
    /// <summary>The breakpoint that asks the host.</summary>
    public const uint Breakpoint = 0xAB;

    private readonly Cpu* _cpu;
    private readonly CortexMCore _core;

    public Semihosting(Cpu* cpu, CortexMCore core, ICoreContext context)
    {
        _cpu = cpu;
        _core = core;
        Host = new SemihostingHost(this, context);
    }

    /// <summary>Who answers.</summary>
    public SemihostingHost Host { get; }

    public int WordBytes => sizeof(uint);

    /// <summary>False when the program has to wait for input.</summary>
    public bool TryCall()
    {
        var r = Cpu.R(_cpu);
        if (!Host.TryCall(r[0], r[1], out var answer)) return false;
        r[0] = (uint)answer;
        return true;
    }

    public bool TryLoad(ulong address, int sizeBytes, out ulong value)
    {
        var found = _core.Memory.TryLoad((uint)address, sizeBytes, _core.Memory.Privilege, out var word);
        value = word;
        return found;
    }

    public bool TryStore(ulong address, int sizeBytes, ulong value) => _core.Memory.TryStore((uint)address, sizeBytes, _core.Memory.Privilege, (uint)value);

    public void Stop() => _core.RequestStop();
}
