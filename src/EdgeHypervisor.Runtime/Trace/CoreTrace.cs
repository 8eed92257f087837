// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What one core does while it is traced. When instructions are traced each slice is one instruction.</summary>
internal sealed class CoreTrace(int index, ICore core, GuestMemory memory, GuestClock clock, VmTrace trace)
{
    private const int LongestBytes = 4;
    private readonly IDebuggableCore? _looks = core as IDebuggableCore;
    private readonly ITraceableCore? _tells = core as ITraceableCore;
    private readonly bool _steps = trace.Filter.Takes(TraceEvents.Instructions) && core is ITraceableCore;
    private bool _isDue; // an instruction has been looked at and not been told of
    private ulong _pc;
    private InstructionBits _instruction;
    private long _beganNs;
    private long _retiredBefore;

    /// <summary>Begins to listen.</summary>
    public void Attach()
    {
        if (_tells is not null && (_steps || trace.Filter.Takes(TraceEvents.Traps))) _tells.TrapTaken = OnTrap;
    }

    /// <summary>Ends it.</summary>
    public void Detach()
    {
        if (_tells is not null) _tells.TrapTaken = null;
    }

    /// <summary>The core is about to run.</summary>
    public void BeginSlice()
    {
        _retiredBefore = core.InstructionsRetired;
        if (_steps) LookAt(_tells!.ProgramCounter);
    }

    /// <summary>It has run.</summary>
    public void EndSlice()
    {
        if (core.InstructionsRetired != _retiredBefore) TellInstruction();
        _isDue = false;
    }

    /// <summary>The instruction under way has reached a device.</summary>
    public void OnAccess(TraceEventKind kind, string device, uint offset, AccessWidth width, ulong value)
    {
        TellInstruction();
        Tell(new TraceEvent(kind, clock.NowNs, index, _looks?.ProgramCounter ?? 0) { Device = device, Offset = offset, Width = width, Value = value & (ulong.MaxValue >> (64 - (8 * (int)width))) });
    }

    // Taken before the instruction that was to come, or by it, or after it.
    private void OnTrap(TrapInfo trap)
    {
        var isBefore = core.InstructionsRetired == _retiredBefore;
        if (!isBefore) TellInstruction();
        if (trace.Filter.Takes(TraceEvents.Traps)) Tell(new TraceEvent(TraceEventKind.Trap, clock.NowNs, index, trap.From) { Trap = trap });
        if (_steps && isBefore) LookAt(trap.To);
    }

    // Before it runs, since it may change itself or where its address leads.
    private void LookAt(ulong pc)
    {
        Span<byte> code = stackalloc byte[LongestBytes];
        (_pc, _beganNs) = (pc, clock.NowNs);
        _isDue = trace.Filter.TakesPc(pc) && TryRead(pc, code);
        if (_isDue) _instruction = _tells!.ReadInstruction(code);
    }

    private bool TryRead(ulong pc, Span<byte> code)
    {
        const int half = 2;
        if (!_tells!.TryTranslate(pc, out var physical)) return false;
        if ((pc & (RamRegion.PageBytes - 1)) <= RamRegion.PageBytes - LongestBytes && memory.TryRead(physical, code)) return true;
        // The last one of a page, or of memory: the rest lies elsewhere, if anywhere.
        if (!memory.TryRead(physical, code[..half])) return false;
        if (_tells.TryTranslate(pc + half, out physical)) _ = memory.TryRead(physical, code[half..]);
        return true;
    }

    private void TellInstruction()
    {
        if (!_isDue) return;
        _isDue = false;
        trace.Add(new TraceEvent(TraceEventKind.Instruction, _beganNs, index, _pc) { Instruction = _instruction });
    }

    private void Tell(in TraceEvent happened)
    {
        if (trace.Filter.TakesPc(happened.Pc)) trace.Add(happened);
    }
}
