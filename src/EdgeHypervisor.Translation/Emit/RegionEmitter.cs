// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>
/// What a core writes its instructions with. Guest registers are IL locals; the IL stack is empty between instructions
/// and holds nothing but the operands wherever a method here says what it takes.
/// </summary>
public sealed partial class RegionEmitter
{
    /// <summary>Of the table of ways out: a power of two.</summary>
    private const int ExitSlots = 256;

    private readonly ulong _root;
    private readonly StateLayout _layout;
    private readonly MemoryModel _memory;
    private readonly IReadOnlyList<GuestRegister> _registers;
    private readonly BaselineGenerator? _baseline; // where registers stay in the state, and are not known beforehand
    private readonly LocalBuilder?[] _locals;
    private readonly LocalBuilder _value64;
    private readonly LocalBuilder _value32;
    private readonly LocalBuilder _exitPc;
    private readonly LocalBuilder _exitReason;
    private readonly LocalBuilder? _budget;
    private readonly EntryPoint[] _entries;
    private readonly byte[] _table; // of 64-bit words
    private readonly int _tableHeader;
    private readonly LocalBuilder[] _bases;
    private readonly Label _leave;
    private readonly WayOut?[] _exits = new WayOut?[ExitSlots]; // by address, those of a slot in a row
    private WayOut? _firstExit;
    private WayOut? _lastExit;
    private readonly List<ColdEnd> _coldEnds = [];
    private int _notYetExecuted;
    private Label? _interpretLabel;

    internal RegionEmitter(
        ILGenerator il,
        ulong root,
        StateLayout layout,
        TranslationOptions options,
        MemoryModel memory,
        IReadOnlyList<GuestRegister> registers,
        RegisterSet used,
        EntryPoint[] entries)
    {
        IL = il;
        _baseline = il as BaselineGenerator;
        _root = root;
        _layout = layout;
        _memory = memory;
        _registers = registers;
        _locals = new LocalBuilder?[registers.Count];
        for (var i = 0; i < registers.Count; i++)
        {
            if (_baseline is null && used.IsUsed(i)) _locals[i] = il.DeclareLocal(TypeOf(registers[i].Kind));
        }
        _value64 = il.DeclareLocal(typeof(long));
        _value32 = il.DeclareLocal(typeof(int));
        _exitPc = DeclareState(layout.ProgramCounter);
        _exitReason = il.DeclareLocal(typeof(int));
        _budget = options.ExactCount ? DeclareState(layout.Budget) : null;
        _leave = il.DefineLabel();
        _lookUp = il.DefineLabel();
        _entries = entries;
        _table = _baseline is null ? MakeTable(memory.Bases, entries) : [];
        _tableHeader = memory.Bases.Length * sizeof(long);
        _bases = new LocalBuilder[memory.Bases.Length];
        for (var i = 0; i < _bases.Length; i++) _bases[i] = _baseline?.DeclareConstant(memory.Bases[i]) ?? il.DeclareLocal(typeof(long));
    }

    private LocalBuilder DeclareState(int offset) => _baseline?.DeclareHome(typeof(long), offset, sizeof(long)) ?? IL.DeclareLocal(typeof(long));

    /// <summary>The generator, for everything that has no method here. Branches stay inside the instruction.</summary>
    public ILGenerator IL { get; }

    /// <summary>Whether a compiler drops what nobody wants and remembers what is known; else what is written is what runs.</summary>
    public bool IsOptimised => _baseline is null;

    /// <summary>The address of the instruction being written.</summary>
    public ulong Address { get; internal set; }

    /// <summary>Its flow, as the core described it.</summary>
    public Flow Flow { get; internal set; }

    /// <summary>The address of the instruction behind it.</summary>
    public ulong NextAddress => Address + Flow.LengthBytes;

    /// <summary>For the core to remember what it knows of the values in this block; null at the beginning of each.</summary>
    public object? BlockNotes { get; set; }

    /// <summary>The status bits that somebody may read behind this block: others need not be set at its end.</summary>
    public uint LiveStatus { get; internal set; }

    /// <summary>Those that are read where this branch leads when it is taken.</summary>
    public uint LiveStatusAtTarget { get; internal set; }

    /// <summary>Those that are read where it leads when it is not.</summary>
    public uint LiveStatusAtNext { get; internal set; }

    /// <summary>A local of its own for each access: one for all would have to be in the same register wherever blocks meet.</summary>
    internal LocalBuilder NewScratch() => _baseline?.DeclareScratch() ?? IL.DeclareLocal(typeof(long));

    /// <summary>Where the branch, jump or call at the end of the block leads; null where that is outside of the region.</summary>
    internal Way? Target { get; set; }

    /// <summary>What is behind the block; null where that is outside of the region.</summary>
    internal Way? Next { get; set; }

    /// <summary>Pushes a register.</summary>
    public void Get(int register)
    {
        Settle(register);
        IL.Emit(OpCodes.Ldloc, Local(register));
    }

    /// <summary>Pops into a register.</summary>
    public void Set(int register)
    {
        IL.Emit(OpCodes.Stloc, Local(register));
        _inWord &= ~Bit(register);
        _hasWord &= ~Bit(register);
    }

    /// <summary>Pushes an <c>int64</c>.</summary>
    public void Constant(long value)
    {
        if (value == (int)value)
        {
            IL.Emit(OpCodes.Ldc_I4, (int)value);
            IL.Emit(OpCodes.Conv_I8);
        }
        else
        {
            IL.Emit(OpCodes.Ldc_I8, value);
        }
    }

    /// <summary>Pushes the address of a field of the core's state.</summary>
    public void StateField(int offset)
    {
        IL.Emit(OpCodes.Ldarg_1);
        if (offset == 0) return;
        IL.Emit(OpCodes.Ldc_I4, offset);
        IL.Emit(OpCodes.Add);
    }

    /// <summary>A label to branch to, with an empty stack, when this instruction turns out to need the interpreter.</summary>
    public Label InterpretLabel()
    {
        if (BeforeInterpreter is not { } write) return Exit(Address, RegionExit.Interpret, _notYetExecuted);
        return _interpretLabel ??= AtColdEnd(() =>
        {
            write();
            IL.Emit(OpCodes.Br, Exit(Address, RegionExit.Interpret, _notYetExecuted));
        });
    }

    /// <summary>Writes what the interpreter is to find should it be needed for the instruction being written; null for most.</summary>
    public Action? BeforeInterpreter { get; set; }

    /// <summary>A label to branch to, with an empty stack, for what is rare: it is written behind everything else, and ends with a branch.</summary>
    public Label AtColdEnd(Action write)
    {
        var label = IL.DefineLabel();
        _coldEnds.Add(new ColdEnd(label, write)
        {
            Address = Address,
            Flow = Flow,
            NotYetExecuted = _notYetExecuted,
            InWord = _inWord,
            HasWord = _hasWord,
            BeforeInterpreter = BeforeInterpreter,
            Scratch = _baseline?.Scratch,
        });
        return label;
    }

    private void Write(ColdEnd end)
    {
        IL.MarkLabel(end.Label);
        BeginInstruction(end.Address, end.Flow, end.NotYetExecuted);
        _baseline?.Scratch = end.Scratch!;
        BeforeInterpreter = end.BeforeInterpreter;
        (_inWord, _hasWord) = (end.InWord, end.HasWord);
        end.Write();
    }

    /// <summary>Ends a branch: pops two operands and goes to the target when <paramref name="condition"/> holds.</summary>
    /// <param name="condition">One of IL's comparing branches, <see cref="OpCodes.Beq"/> and its kin.</param>
    /// <param name="beforeTarget">Writes what is to be done only on the way to the target.</param>
    /// <param name="beforeNext">Writes what is to be done only on the other way.</param>
    /// <param name="isOfBit">The operands are a number that is zero or one (<see cref="IsBit"/>), and zero; the condition, whether they are equal.</param>
    public void EndBranch(OpCode condition, Action? beforeTarget = null, Action? beforeNext = null, bool isOfBit = false)
    {
        if (Skipped is { } skipped && beforeTarget is null && beforeNext is null)
        {
            ExecuteAndChoose(condition, isOfBit, skipped);
            return;
        }
        var (target, next) = (Target ?? LeaveTo(Flow.Target), Next ?? LeaveTo(NextAddress));
        PassOnCommon(target, next);
        IL.Emit(condition, beforeTarget is null ? EdgeTo(target) : AtColdEnd(() =>
        {
            beforeTarget();
            GoTo(target);
        }));
        beforeNext?.Invoke();
        GoTo(next);
    }

    /// <summary>Ends a jump or call to a known target.</summary>
    public void EndJump() => GoTo(Target ?? LeaveTo(Flow.Target));

    /// <summary>Ends a block whose last instruction only goes on.</summary>
    internal void EndBlock() => GoTo(Next ?? LeaveTo(NextAddress));

    /// <summary>What the code refers to by address: must live as long as the code.</summary>
    internal object Table => _table;

    /// <summary>The local of one of the memory model's <see cref="MemoryModel.Bases"/>.</summary>
    internal LocalBuilder Base(int index) => _bases[index];

    internal void EmitPrologue()
    {
        for (var i = 0; i < _bases.Length; i++)
        {
            PushTable(i * sizeof(long));
            IL.Emit(OpCodes.Conv_I);
            IL.Emit(OpCodes.Ldind_I8);
            IL.Emit(OpCodes.Stloc, _bases[i]);
        }
        for (var i = 0; i < _locals.Length; i++)
        {
            if (_locals[i] is not { } local) continue;
            StateField(_registers[i].Offset);
            IL.Emit(_registers[i].Kind switch
            {
                RegisterKind.Int64 => OpCodes.Ldind_I8,
                RegisterKind.Float64 => OpCodes.Ldind_R8,
                _ => OpCodes.Ldind_I4,
            });
            IL.Emit(OpCodes.Stloc, local);
        }
        if (_budget is not null)
        {
            StateField(_layout.Budget);
            IL.Emit(OpCodes.Ldind_I8);
            IL.Emit(OpCodes.Stloc, _budget);
        }
        if (_entries.Length > 1)
        {
            IL.Emit(OpCodes.Ldarg_2);
            IL.Emit(OpCodes.Switch, LabelsOf(_entries));
        }
        IL.Emit(OpCodes.Br, _entries[0].Label);
    }

    /// <summary>An instruction that the baseline compiler has nothing for is the interpreter's: takes back what was written of it.</summary>
    internal void LeaveToInterpreter(HostAssembler.Mark before, int coldEnds)
    {
        _baseline!.Return(before);
        _coldEnds.RemoveRange(coldEnds, _coldEnds.Count - coldEnds);
        _interpretLabel = null;
        IL.Emit(OpCodes.Br, InterpretLabel());
    }

    /// <summary>How much was put off until the end.</summary>
    internal int ColdEnds => _coldEnds.Count;

    /// <summary>At the head of a block: may the guest go on? Where the code is optimised loops ask on their ways back (<see cref="Way.IsBack"/>).</summary>
    internal void EmitBlockHead(ulong address, int instructions, bool isLoopHead)
    {
        BlockNotes = null;
        if (_budget is not null)
        {
            IL.Emit(OpCodes.Ldloc, _budget);
            Constant(instructions);
            IL.Emit(OpCodes.Sub);
            IL.Emit(OpCodes.Stloc, _budget);
            IL.Emit(OpCodes.Ldloc, _budget);
            Constant(0);
            IL.Emit(OpCodes.Blt, Exit(address, RegionExit.Safepoint, instructions));
        }
        if (!isLoopHead || _baseline is null) return;
        _baseline.CountDown(Exit(address, RegionExit.Sampled, instructions));
        _baseline.BranchIfSet(_layout.StopRequest, Exit(address, RegionExit.Safepoint, instructions));
    }

    internal void BeginInstruction(ulong address, Flow flow, int notYetExecuted)
    {
        Address = address;
        Flow = flow;
        _notYetExecuted = notYetExecuted;
        (BeforeInterpreter, _interpretLabel) = (null, null);
        BeginAccess();
    }

    /// <summary>Where control leaves for an address outside of the region, everything up to here executed.</summary>
    private Way LeaveTo(ulong address) => new(address, Exit(address, RegionExit.Left, 0), Words: null, Unsure: 0);

    /// <summary>Where the region is entered from outside: what the block takes for granted of its registers is made sure of.</summary>
    internal void EmitEntry(Label label, Way block)
    {
        IL.MarkLabel(label);
        BeginBlock(default);
        GoTo(block);
    }

    /// <summary>The cold end: what was put off, one stub for each way out, and one place that puts the registers back.</summary>
    internal void EmitEpilogue(RegisterSet used)
    {
        EmitLookUp(_entries);
        BeginAccess();
        for (var i = 0; i < _coldEnds.Count; i++) Write(_coldEnds[i]); // one may put off another
        for (var way = _firstExit; way is not null; way = way.Behind)
        {
            IL.MarkLabel(way.Label);
            Extend(way.Words);
            IL.Emit(OpCodes.Ldc_I8, (long)way.Address);
            IL.Emit(OpCodes.Stloc, _exitPc);
            if (_budget is not null && way.GiveBack != 0)
            {
                IL.Emit(OpCodes.Ldloc, _budget);
                Constant(way.GiveBack);
                IL.Emit(OpCodes.Add);
                IL.Emit(OpCodes.Stloc, _budget);
            }
            Leave(way.Reason);
        }
        if (_baseline is not null) return; // everything is where it belongs
        IL.MarkLabel(_leave);
        for (var i = 0; i < _locals.Length; i++)
        {
            if (_locals[i] is not { } local || !used.IsWritten(i)) continue;
            StateField(_registers[i].Offset);
            IL.Emit(OpCodes.Ldloc, local);
            if (_registers[i].Kind == RegisterKind.Int32In64) IL.Emit(OpCodes.Conv_I8);
            IL.Emit(_registers[i].Kind switch
            {
                RegisterKind.Int32 => OpCodes.Stind_I4,
                RegisterKind.Float64 => OpCodes.Stind_R8,
                _ => OpCodes.Stind_I8,
            });
        }
        if (_budget is not null) StoreState(_layout.Budget, _budget);
        StoreState(_layout.ProgramCounter, _exitPc);
        IL.Emit(OpCodes.Ldloc, _exitReason);
        IL.Emit(OpCodes.Ret);
    }

    /// <summary>What IL calls the type of such a register.</summary>
    internal static Type TypeOf(RegisterKind kind) => kind switch
    {
        RegisterKind.Int64 => typeof(long),
        RegisterKind.Float64 => typeof(double),
        _ => typeof(int),
    };

    /// <summary>How much of the state such a register takes.</summary>
    internal static int BytesOf(RegisterKind kind) => kind == RegisterKind.Int32 ? sizeof(int) : sizeof(long);

    private void PushStopRequest()
    {
        StateField(_layout.StopRequest);
        IL.Emit(OpCodes.Volatile); // another thread sets it; without this the load could leave the loop
        IL.Emit(OpCodes.Ldind_I4);
    }

    // The program counter is in its local.
    private void Leave(RegionExit reason)
    {
        if (_baseline is not null)
        {
            _baseline.Leave(reason);
            return;
        }
        IL.Emit(OpCodes.Ldc_I4, (int)reason);
        IL.Emit(OpCodes.Stloc, _exitReason);
        IL.Emit(OpCodes.Br, _leave);
    }

    private void StoreState(int offset, LocalBuilder value)
    {
        StateField(offset);
        IL.Emit(OpCodes.Ldloc, value);
        IL.Emit(OpCodes.Stind_I8);
    }

    private LocalBuilder Local(int register) => _locals[register] ??= DeclareHome(_registers[register])
        ?? throw new InvalidOperationException($"Register {register} is used at 0x{Address:x} but was not collected.");

    private LocalBuilder? DeclareHome(GuestRegister register) =>
        _baseline?.DeclareHome(TypeOf(register.Kind), register.Offset, BytesOf(register.Kind));

    private Label Exit(ulong address, RegionExit reason, int giveBack)
    {
        ref var slot = ref _exits[(int)(address >> 1) + (int)reason & ExitSlots - 1];
        for (var way = slot; way is not null; way = way.Neighbour)
        {
            if (way.Address == address && way.Reason == reason && way.GiveBack == giveBack && way.Words == _inWord) return way.Label;
        }
        slot = new WayOut(address, reason, giveBack, _inWord, IL.DefineLabel(), slot);
        if (_lastExit is null) _firstExit = slot;
        else _lastExit.Behind = slot;
        _lastExit = slot;
        return slot.Label;
    }

    private static Label[] LabelsOf(EntryPoint[] entries)
    {
        var labels = new Label[entries.Length];
        for (var i = 0; i < labels.Length; i++) labels[i] = entries[i].Label;
        return labels;
    }

    /// <summary>What was put off, and where it was.</summary>
    private sealed class ColdEnd(Label label, Action write)
    {
        public Label Label { get; } = label;

        public Action Write { get; } = write;

        public ulong Address { get; init; }

        public Flow Flow { get; init; }

        public int NotYetExecuted { get; init; }

        public ulong InWord { get; init; }

        public ulong HasWord { get; init; }

        public Action? BeforeInterpreter { get; init; }

        public List<BaselineLocal>? Scratch { get; init; }
    }

    /// <summary>A way out: where to, why, how much of the block was not executed, and the registers that stand in words.</summary>
    private sealed class WayOut(ulong address, RegionExit reason, int giveBack, ulong words, Label label, WayOut? neighbour)
    {
        public ulong Address { get; } = address;

        public RegionExit Reason { get; } = reason;

        public int GiveBack { get; } = giveBack;

        public ulong Words { get; } = words;

        public Label Label { get; } = label;

        /// <summary>The next in the same slot of the table.</summary>
        public WayOut? Neighbour { get; } = neighbour;

        /// <summary>The one that came next.</summary>
        public WayOut? Behind { get; set; }
    }
}
