// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// One processor. Not modelled: more than one in a machine, debug monitor and trace, caches and their maintenance
/// (which has no effect), cycle-exact time.
/// </summary>
/// <remarks>
/// A slice runs in batches through the handlers; between batches exceptions are taken. An exception can only arise
/// where the processor talks to something else or faults, and that ends the batch, so where batches end changes nothing.
/// </remarks>
internal sealed unsafe partial class CortexMCore : ICore
{
    /// <summary>
    /// Instructions before the processor looks at stop requests: some microseconds. It also bounds the stack, should a
    /// handler's call of the next not be a jump.
    /// </summary>
    public const int BatchInstructions = 4096;

    private const int DetourEntries = 4;
    private readonly Cpu* _cpu;
    private readonly Profile _profile;
    private readonly Decoder _decoder;
    private readonly HandlerTables _tables;
    private readonly AddressMaps _maps;
    private readonly SysTick _sysTick;
    private readonly IMachineControl _machine;
    private bool _lookAround;
    private bool _mapsAreProtected; // whether what the maps remember was allowed by the MPU
    private bool _isDisposed;

    /// <summary>A processor in its reset state.</summary>
    public CortexMCore(ICoreContext context, Profile profile, Decoder decoder, HandlerTables tables, Engine engine)
    {
        (_profile, _decoder, _tables, _machine) = (profile, decoder, tables, context.Machine);
        // SAFETY: one zeroed Cpu and its detour, freed in Dispose; every pointer in it is set here.
        _cpu = (Cpu*)NativeMemory.AllocZeroed((nuint)sizeof(Cpu));
        _cpu->Detour = (Instruction*)NativeMemory.AllocZeroed(DetourEntries, (nuint)sizeof(Instruction));
        _cpu->Owner = GCHandle.Alloc(this, GCHandleType.Weak);
        _cpu->Table = tables.Entries;
        _cpu->ItTable = tables.Conditional;
        _maps = new AddressMaps(_cpu);
        Code = new CodeCache(context.Memory);
        Code.Dropped += _maps.Flush;
        Exceptions = new ExceptionUnit(_cpu, profile, this);
        Special = new SpecialRegisters(_cpu, profile, this);
        Float = new FloatUnit(_cpu, profile, this);
        _sysTick = new SysTick(_cpu, profile, context.Clock, () => Exceptions.Pend(ExceptionNumber.SysTick));
        var system = new SystemControl(_cpu, profile, this, _sysTick, new CycleCounter(_cpu, profile, context.Clock));
        Memory = new MemoryUnit(_cpu, profile, context.Memory, context.Bus, Code, system, Exceptions);
        Semihosting = profile.Semihosting ? new Semihosting(_cpu, this, context) : null;
        StartTranslator(engine, context);
        Reset(0, []);
    }

    /// <inheritdoc/>
    public long InstructionsRetired => _cpu->Horizon - _cpu->Remaining;

    /// <inheritdoc/>
    /// <remarks>Of WFE an event, or an exception that is taken; of WFI also one that PRIMASK alone holds back. Arm B1.5.18, B1.5.19.</remarks>
    public bool HasWakeUp => _cpu->State.Waiting == Waiting.ForEvent
        ? _cpu->State.Event || Exceptions.IsPending
        : Exceptions.WouldWake || Semihosting is { Host.HasAwaitedInput: true };

    /// <summary>Decoded instructions.</summary>
    public CodeCache Code { get; }

    /// <summary>Loads, stores and fetches beyond the fast way.</summary>
    public MemoryUnit Memory { get; }

    /// <summary>What is pending and active.</summary>
    public ExceptionUnit Exceptions { get; }

    /// <summary>xPSR, stack pointers, masks.</summary>
    public SpecialRegisters Special { get; }

    /// <summary>The floating-point unit.</summary>
    public FloatUnit Float { get; }

    /// <summary>What BKPT 0xAB asks; null where it is off.</summary>
    public Semihosting? Semihosting { get; }

    /// <summary>The architecture's state; for tests and the translator.</summary>
    public ref CpuState State => ref _cpu->State;

    /// <summary>What this processor has.</summary>
    public Profile Profile => _profile;

    /// <summary>Whether the handlers have to return to the core before the next instruction.</summary>
    public bool NeedsAttention => Volatile.Read(ref _cpu->StopRequest) != 0 || Exceptions.IsPending || _lookAround;

    /// <inheritdoc/>
    public RunResult Run(long instructionBudget)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var start = InstructionsRetired;
        _breakpoints.BeginSlice(_cpu->State.Pc);
        _estimate.Begin(InstructionsRetired);
        var reason = RunUntil(start + instructionBudget);
        if (reason == StopReason.Requested) EstimateRetired();
        return new RunResult(reason, InstructionsRetired - start, reason == StopReason.Fault ? Exceptions.LockupDetail ?? "lockup" : null);
    }

    /// <inheritdoc/>
    public void RequestStop() => Volatile.Write(ref _cpu->StopRequest, 1);

    /// <inheritdoc/>
    /// <remarks>
    /// Stack pointer and first instruction come from the vector table at the option <c>vectors</c>, as on the chip;
    /// the entry point that an ELF file names is not needed and not used.
    /// </remarks>
    public void Reset(ulong entry, ReadOnlySpan<ulong> arguments)
    {
        ref var state = ref _cpu->State;
        var levels = stackalloc ulong[4];
        fixed (ulong* old = state.Levels) new ReadOnlySpan<ulong>(old, 4).CopyTo(new Span<ulong>(levels, 4));
        state = new CpuState
        {
            Vtor = _profile.Vectors,
            Ccr = ConfigurationControl.StackAlign,
            Fpccr = 0xC000_0000,
            NotZero = 1,
            SysTickControl = _profile.SysTickReferenceHz == 0 ? 4u : 0,
        };
        state.R[14] = uint.MaxValue;
        for (var word = 0; word < 4; word++) (state.Levels[word], state.Pending[word]) = (levels[word], levels[word]);
        Special.Follow();
        var hasStack = Memory.TryReadVector(_profile.Vectors, out var stackPointer);
        var hasEntry = Memory.TryReadVector(_profile.Vectors + 4, out var first);
        state.R[13] = stackPointer & ~3u;
        state.Pc = first & ~1u;
        Exceptions.Clear();
        ForgetCaches();
        // A vector table that is not there, or an entry that is no Thumb code, is a fault before the first instruction.
        if (!hasStack || !hasEntry) Exceptions.Fault(FaultCause.VectorTable, _profile.Vectors);
        else if ((first & 1) == 0) Exceptions.Fault(FaultCause.InvalidState, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _sysTick.Stop();
        StopTranslator();
        Code.Dispose();
        _maps.Dispose();
        _cpu->Owner.Free();
        NativeMemory.Free(_cpu->Detour);
        NativeMemory.Free(_cpu);
    }

    /// <inheritdoc/>
    /// <remarks><c>irq0</c> and so on, and <c>nmi</c>.</remarks>
    public IInterruptLine? FindInput(string name)
    {
        if (name == "nmi") return new Input(this, ExceptionNumber.Nmi);
        if (name is null || !name.StartsWith("irq", StringComparison.Ordinal)) return null;
        return int.TryParse(name.AsSpan(3), System.Globalization.NumberStyles.None, null, out var number) && number < _profile.Irqs
            ? new Input(this, ExceptionNumber.FirstIrq + number)
            : null;
    }

    /// <summary>The handlers of an instruction, when the first of its group runs.</summary>
    public void ResolveHandlers(Instruction* i)
    {
        _tables.Resolve(i->Op);
        if (i->Inner != 0) _tables.Resolve(i->InnerOp);
    }

    /// <summary>AIRCR.SYSRESETREQ: the whole machine begins anew, when this slice has ended.</summary>
    public void RequestReset()
    {
        _machine.Reset();
        RequestStop();
    }

    /// <summary>The MPU was written: what was remembered is void.</summary>
    public void OnProtectionChanged()
    {
        FlushMaps();
        _lookAround = true;
    }

    /// <summary>The processor entered or left an exception, or CONTROL or FAULTMASK was written.</summary>
    public void OnPrivilegeChanged()
    {
        // HardFault, NMI and FAULTMASK switch the MPU off, so that what is remembered may not hold.
        if (Memory.Protection.IsActive != _mapsAreProtected) FlushMaps();
        _maps.Select(Memory.Privilege);
        _lookAround = true;
    }

    /// <summary>CCR was written.</summary>
    public void OnAlignmentChanged() => Translator?.DropAll();

    /// <summary>CPACR, FPCCR, CONTROL.FPCA changed.</summary>
    public void OnFloatChanged() => Float.Refresh();

    private StopReason RunUntil(long end)
    {
        while (true)
        {
            if (Interlocked.Exchange(ref _cpu->StopRequest, 0) != 0) return StopReason.Requested;
            Translator?.InstallFinished();
            if (_cpu->State.LockedUp) return StopReason.Fault;
            var left = end - InstructionsRetired;
            if (left <= 0) return StopReason.BudgetUsed;
            if (_cpu->State.Waiting != Waiting.No)
            {
                if (!HasWakeUp) return StopReason.WaitingForInterrupt;
                if (_cpu->State.Waiting == Waiting.ForEvent) _cpu->State.Event = false;
                _cpu->State.Waiting = Waiting.No;
            }
            Exceptions.TakePending();
            _lookAround = false;
            if (_cpu->State.LockedUp || Exceptions.IsPending) continue;
            RunBatch(Math.Min(left, BatchInstructions));
            if (_cpu->Exit == CpuExit.Breakpoint) return StopReason.Breakpoint;
        }
    }

    private void RunBatch(long count)
    {
        _cpu->Horizon = InstructionsRetired + count;
        _cpu->Remaining = count;
        _cpu->Exit = CpuExit.Continue;
        var instruction = Fetch();
        if (instruction == null) return;
        Translator?.BeginBatch((nint)instruction, _cpu->State.Pc, count);
        var table = _cpu->State.It == 0 ? _cpu->Table : _cpu->ItTable;
        ((Handler)table[instruction->Handler])(_cpu, instruction, count - 1, table);
    }

    private void FlushMaps()
    {
        _maps.Flush();
        _mapsAreProtected = Memory.Protection.IsActive;
    }

    private void ForgetCaches()
    {
        Code.DropAll();
        FlushMaps();
        _maps.Select(Memory.Privilege);
        OnFloatChanged();
        _sysTick.Resume();
    }

    private sealed class Input(CortexMCore core, int number) : IInterruptLine
    {
        public void Drive(bool level) => core.Exceptions.Drive(number, level);
    }
}
