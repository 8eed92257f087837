// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>DWT's cycle counter: the processor's clock in guest time. Arm C1.8. Not modelled: comparators and the other counters.</summary>
internal sealed unsafe class CycleCounter(Cpu* cpu, Profile profile, IGuestClock clock)
{
    private const uint Enable = 1;
    private const uint TraceEnable = 1 << 24;
    private const uint NoComparatorsNorTrace = 0x0E00_0000;

    private uint Ticks => (uint)new TickRate(profile.ClockHz).TicksAt(clock.NowNs);

    private bool IsRunning => (cpu->State.DwtControl & Enable) != 0;

    /// <summary>A register by its offset.</summary>
    public uint Read(uint offset) => offset switch
    {
        0x0 => cpu->State.DwtControl | NoComparatorsNorTrace,
        0x4 => IsRunning ? Ticks + cpu->State.CycleBase : cpu->State.CycleBase,
        _ => 0,
    };

    /// <summary>Writes a register. Without DEMCR.TRCENA the unit is off.</summary>
    public void Write(uint offset, uint value)
    {
        if ((cpu->State.Demcr & TraceEnable) == 0) return;
        switch (offset)
        {
            case 0x0:
                var now = Read(4);
                cpu->State.DwtControl = value & Enable;
                Set(now);
                break;
            case 0x4: Set(value); break;
        }
    }

    private void Set(uint value) => cpu->State.CycleBase = IsRunning ? value - Ticks : value;
}
