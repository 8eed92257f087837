// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// mcycle, minstret and time. One cycle is one instruction, so that a deterministic run reads the same on every host;
/// minstret leaves out instructions that trapped. Privileged specification, 3.1.10 to 3.1.12.
/// </summary>
internal sealed unsafe class Counters(Hart* hart, IGuestClock clock, long timebaseHz)
{
    public const ulong CycleBit = 1 << 0;
    public const ulong TimeBit = 1 << 1;
    public const ulong InstretBit = 1 << 2;

    // SAFETY: the hart outlives this object; the core owns both.
    private readonly HartState* _state = &hart->State;
    private readonly TickRate _rate = new((uint)timebaseHz);

    /// <summary>mcycle. A written value is what the next instruction reads.</summary>
    public ulong Cycle
    {
        get => Value(_state->CycleBase, CycleBit);
        set => _state->CycleBase = Base(value, CycleBit);
    }

    /// <summary>minstret. A written value is what the next instruction reads.</summary>
    public ulong Instret
    {
        get => Value(_state->InstretBase, InstretBit);
        set => _state->InstretBase = Base(value, InstretBit);
    }

    /// <summary>mtime's ticks.</summary>
    public ulong Time => _rate.TicksAt(clock.NowNs);

    /// <summary>The guest time at which <see cref="Time"/> reaches a value; null when it never does.</summary>
    public long? TimeToNs(ulong ticks) => _rate.FirstNsOf(ticks);

    /// <summary>mcountinhibit: a counter keeps its value while it is stopped.</summary>
    public void Inhibit(ulong value)
    {
        var (cycle, instret) = (Cycle, Instret);
        _state->Mcountinhibit = value & (CycleBit | InstretBit);
        (Cycle, Instret) = (cycle, instret);
    }

    private ulong Run => (ulong)(hart->Horizon - hart->Remaining);

    private ulong Value(ulong counterBase, ulong bit) =>
        (_state->Mcountinhibit & bit) != 0 ? counterBase : counterBase + Run;

    // The writing instruction itself is not counted any more.
    private ulong Base(ulong value, ulong bit) => (_state->Mcountinhibit & bit) != 0 ? value : value - Run - 1;
}
