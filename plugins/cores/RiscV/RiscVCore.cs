// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// One hart. Not modelled: more than one hart a machine, debug mode and its triggers (they read as zero), performance
/// events (the counters read as zero).
/// </summary>
/// <remarks>
/// A slice runs in batches through the handlers; between batches interrupts are taken. An interrupt can only arise
/// where the hart talks to something else, and that ends the batch, so where batches end changes nothing.
/// </remarks>
internal sealed unsafe partial class RiscVCore : ICore
{
    /// <summary>
    /// Instructions before the hart looks at stop requests: some microseconds. It also bounds the stack, should a
    /// handler's call of the next not be a jump.
    /// </summary>
    public const int BatchInstructions = 4096;

    private const int DetourEntries = 4;

    /// <summary>How often the handlers that have run since are called straight, without the runtime's stub; a power of two.</summary>
    private const uint BatchesBetweenLooks = 256;

    private readonly Hart* _hart;
    private readonly Decoder _decoder;
    private readonly HandlerTables _tables;
    private readonly TranslationBuffers _buffers;
    private readonly Isa _isa;
    private readonly string _name;
    private readonly IGuestTimer? _supervisorTimer;
    private HandlerTable _table;
    private bool _isDisposed;
    private uint _batches;

    /// <summary>A hart in its reset state.</summary>
    public RiscVCore(ICoreContext context, Decoder decoder, HandlerTables tables, long timebaseHz, Engine engine, bool hasSemihosting)
    {
        (_name, _decoder, _tables, _isa) = (context.Name, decoder, tables, decoder.Isa);
        // SAFETY: one zeroed Hart and its detour, freed in Dispose; every pointer in it is set below or checked for null.
        _hart = (Hart*)NativeMemory.AllocZeroed((nuint)sizeof(Hart));
        _hart->Detour = (Instruction*)NativeMemory.AllocZeroed(DetourEntries, (nuint)sizeof(Instruction));
        _hart->Owner = GCHandle.Alloc(this, GCHandleType.Weak);
        _hart->MisalignedTargetMask = _isa.Has(Extensions.C) ? 0UL : 2;
        UseMainMemory(context.Memory);
        _buffers = new TranslationBuffers(_hart);
        Code = new CodeCache(context.Memory, _buffers);
        Memory = new MemoryUnit(_hart, _isa, context.Memory, MainMemory, context.Bus, _buffers);
        Traps = new TrapUnit(_hart, _isa);
        Counters = new Counters(_hart, context.Clock, timebaseHz);
        Csrs = new CsrFile(_hart, _isa, context.Index, this);
        if (_isa.Has(Extensions.Sstc)) _supervisorTimer = context.Clock.CreateTimer(UpdateSupervisorTimer);
        if (hasSemihosting) Semihosting = new Semihosting(_hart, this, context, _isa.Xlen);
        _table = tables.For(_isa.Xlen, isPaged: false);
        StartTranslator(engine, context.Deterministic);
        Reset(0, []);
    }

    /// <inheritdoc/>
    public long InstructionsRetired => _hart->Horizon - _hart->Remaining;

    /// <inheritdoc/>
    public bool HasWakeUp => (Traps.PendingInterrupts & _hart->State.Mie) != 0 || Semihosting is { Host.HasAwaitedInput: true };

    /// <summary>Decoded instructions.</summary>
    public CodeCache Code { get; }

    /// <summary>Loads, stores and fetches beyond the fast way.</summary>
    public MemoryUnit Memory { get; }

    /// <summary>Exceptions and interrupts.</summary>
    public TrapUnit Traps { get; }

    /// <summary>mcycle, minstret, time.</summary>
    public Counters Counters { get; }

    /// <summary>The control and status registers.</summary>
    public CsrFile Csrs { get; }

    /// <summary>What EBREAK may ask of the host; null where it is off.</summary>
    public Semihosting? Semihosting { get; }

    /// <summary>The architecture's state; for tests and the translator.</summary>
    public ref HartState State => ref _hart->State;

    /// <summary>Whether the handlers have to return to the core before the next instruction.</summary>
    public bool NeedsAttention => Volatile.Read(ref _hart->StopRequest) != 0 || Traps.HasInterrupt;

    /// <summary>Whether privilege or translation changed, so that the handlers must return.</summary>
    public bool ModeChanged => Traps.ModeChanged;

    /// <inheritdoc/>
    public RunResult Run(long instructionBudget)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var start = InstructionsRetired;
        Code.BeginSlice();
        try
        {
            _breakpoints.BeginSlice(_hart->State.Pc);
            _estimate.Begin(InstructionsRetired);
            var reason = RunUntil(start + instructionBudget);
            if (reason == StopReason.Requested) EstimateRetired();
            return new RunResult(reason, InstructionsRetired - start, reason == StopReason.Fault ? Traps.FaultDetail : null);
        }
        finally
        {
            Code.EndSlice();
        }
    }

    /// <inheritdoc/>
    public void RequestStop() => Volatile.Write(ref _hart->StopRequest, 1);

    /// <inheritdoc/>
    public void Reset(ulong entry, ReadOnlySpan<ulong> arguments)
    {
        const int firstArgument = 10;
        const int argumentCount = 8;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(arguments.Length, argumentCount, nameof(arguments));
        ref var state = ref _hart->State;
        var inputs = state.InterruptInputs & ~SupervisorTimerBit;
        state = new HartState
        {
            Pc = Address(entry),
            Privilege = Privilege.Machine,
            Mstatus = InitialStatus,
            InterruptInputs = inputs,
            Stimecmp = ulong.MaxValue,
        };
        for (var i = 0; i < arguments.Length; i++) state.X[firstArgument + i] = Extended(arguments[i]);
        // The counters begin at zero, whatever has run before.
        (state.CycleBase, state.InstretBase) = (0 - (ulong)InstructionsRetired, 0 - (ulong)InstructionsRetired);
        Traps.Clear();
        ForgetCaches();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _supervisorTimer?.Cancel();
        StopTranslator();
        Code.Dispose();
        _buffers.Dispose();
        _hart->Owner.Free();
        NativeMemory.Free(_hart->Detour);
        NativeMemory.Free(_hart);
    }

    /// <summary>An address as this hart computes it: 32 bits on RV32.</summary>
    public ulong Address(ulong value) => _isa.Xlen == 32 ? (uint)value : value;

    /// <summary>The handlers of an extension, when its first instruction runs.</summary>
    public void ResolveHandlers(Op op) => _table.Resolve(op);

    /// <summary>Protection or translation changed: what was remembered is void.</summary>
    public void OnTranslationChanged()
    {
        Memory.Protection.Refresh();
        _buffers.Flush();
        Traps.ModeChanged = true;
    }

    /// <summary>mstatus.FS changed.</summary>
    public void OnFloatStatusChanged() => _hart->FloatReady = (_hart->State.Mstatus & Status.Fs) == Status.Fs ? 1u : 0;

    private const ulong SupervisorTimerBit = 1UL << Interrupt.SupervisorTimer;

    // UXL and SXL are fixed; without user mode MPP can only be M.
    private ulong InitialStatus =>
        (_isa.Has(Extensions.U) ? 0 : Status.Mpp)
        | (_isa.Xlen == 64 && _isa.Has(Extensions.U) ? 2UL << 32 : 0)
        | (_isa.Xlen == 64 && _isa.Has(Extensions.S) ? 2UL << 34 : 0);

    private ulong Extended(ulong value) => _isa.Xlen == 32 ? (ulong)(int)value : value;

    private void UseMainMemory(IGuestMemory memory)
    {
        if (memory.Regions.Count == 0) return;
        // A region that is read-only has its flags set, so that stores take the slow path and fail there.
        var main = FirstWritable(memory.Regions) ?? memory.Regions[0];
        MainMemory = main;
        _hart->RamStart = main.Start;
        _hart->RamSpan = main.LengthBytes - 7;
        _hart->RamHost = main.Host;
        _hart->RamFlags = main.Flags;
    }

    private static RamRegion? FirstWritable(IReadOnlyList<RamRegion> regions)
    {
        for (var i = 0; i < regions.Count; i++)
        {
            if ((regions[i].Flags[0] & (byte)PageFlags.ReadOnly) == 0) return regions[i];
        }
        return null;
    }

    private StopReason RunUntil(long end)
    {
        while (true)
        {
            if (Interlocked.Exchange(ref _hart->StopRequest, 0) != 0) return StopReason.Requested;
            Translator?.InstallFinished();
            if (Traps.FaultDetail is not null) return StopReason.Fault;
            var left = end - InstructionsRetired;
            if (left <= 0) return StopReason.BudgetUsed;
            if (_hart->State.Waiting && !HasWakeUp) return StopReason.WaitingForInterrupt;
            _hart->State.Waiting = false;
            Traps.TryTakeInterrupt();
            if (Traps.ModeChanged) FollowMode();
            RunBatch(Math.Min(left, BatchInstructions));
            if ((++_batches & (BatchesBetweenLooks - 1)) == BatchesBetweenLooks / 8) _table.SkipStubs();
            if (_hart->Exit == HartExit.Breakpoint) return StopReason.Breakpoint;
        }
    }

    private void RunBatch(long count)
    {
        _hart->Horizon = InstructionsRetired + count;
        _hart->Remaining = count;
        _hart->Exit = HartExit.Continue;
        var instruction = Fetch();
        if (instruction == null) return;
        Translator?.BeginBatch((nint)instruction, _hart->State.Pc, count);
        var table = _table.Entries;
        ((Handler)table[instruction->Handler])(_hart, instruction, count - 1, table);
    }

    // Privilege, translation and protection decide where addresses lead.
    private void FollowMode()
    {
        Traps.ModeChanged = false;
        var data = MemoryUnit.DataPrivilege(_hart->State);
        var isBare = data == Privilege.Machine && !Memory.Protection.BindsMachineMode;
        _table = _tables.For(_isa.Xlen, !isBare);
        _buffers.Select(_hart->State.Privilege, isBare ? null : data);
    }

    private void ForgetCaches()
    {
        Memory.Protection.Refresh();
        Code.DropAll();
        _buffers.Flush();
        Traps.ModeChanged = true;
        OnFloatStatusChanged();
        UpdateSupervisorTimer();
    }
}
