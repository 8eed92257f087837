// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>
/// What a core writes its instructions with. Guest registers are IL locals; the IL stack is empty between instructions
/// and holds nothing but the operands wherever a method here says what it takes.
/// </summary>
public sealed class RegionEmitter
{
    private readonly StateLayout _layout;
    private readonly TranslationOptions _options;
    private readonly MemoryModel _memory;
    private readonly IReadOnlyList<GuestRegister> _registers;
    private readonly LocalBuilder?[] _locals;
    private readonly LocalBuilder _address;
    private readonly LocalBuilder _scratch;
    private readonly LocalBuilder _value64;
    private readonly LocalBuilder _value32;
    private readonly LocalBuilder _exitPc;
    private readonly LocalBuilder _exitReason;
    private readonly LocalBuilder? _budget;
    private readonly Label _leave;
    private readonly List<(Label Label, ulong Address, RegionExit Reason, int GiveBack)> _exits = [];
    private readonly Dictionary<(ulong, RegionExit, int), Label> _exitLabels = [];
    private int _notYetExecuted;

    internal RegionEmitter(
        ILGenerator il,
        StateLayout layout,
        TranslationOptions options,
        MemoryModel memory,
        IReadOnlyList<GuestRegister> registers,
        RegisterSet used)
    {
        IL = il;
        _layout = layout;
        _options = options;
        _memory = memory;
        _registers = registers;
        _locals = new LocalBuilder?[registers.Count];
        for (var i = 0; i < registers.Count; i++)
        {
            if (used.IsUsed(i)) _locals[i] = il.DeclareLocal(registers[i].Kind == RegisterKind.Int64 ? typeof(long) : typeof(int));
        }
        _address = il.DeclareLocal(typeof(long));
        _scratch = il.DeclareLocal(typeof(long));
        _value64 = il.DeclareLocal(typeof(long));
        _value32 = il.DeclareLocal(typeof(int));
        _exitPc = il.DeclareLocal(typeof(long));
        _exitReason = il.DeclareLocal(typeof(int));
        _budget = options.ExactCount ? il.DeclareLocal(typeof(long)) : null;
        _leave = il.DefineLabel();
    }

    /// <summary>The generator, for everything that has no method here. Branches stay inside the instruction.</summary>
    public ILGenerator IL { get; }

    /// <summary>The address of the instruction being written.</summary>
    public ulong Address { get; internal set; }

    /// <summary>Its flow, as the core described it.</summary>
    public Flow Flow { get; internal set; }

    /// <summary>The address of the instruction behind it.</summary>
    public ulong NextAddress => Address + Flow.LengthBytes;

    internal Func<FlowKind, Label>? TargetLabel { get; set; }

    internal Func<Label>? NextLabel { get; set; }

    internal (Label Label, ulong ReturnAddress)? ExpectedReturn { get; set; }

    /// <summary>Pushes a register.</summary>
    public void Get(int register) => IL.Emit(OpCodes.Ldloc, Local(register));

    /// <summary>Pops into a register.</summary>
    public void Set(int register) => IL.Emit(OpCodes.Stloc, Local(register));

    /// <summary>Pushes an <c>int64</c>.</summary>
    public void Constant(long value) => IL.Emit(OpCodes.Ldc_I8, value);

    /// <summary>Pushes the address of a field of the core's state.</summary>
    public void StateField(int offset)
    {
        IL.Emit(OpCodes.Ldarg_0);
        if (offset == 0) return;
        IL.Emit(OpCodes.Ldc_I4, offset);
        IL.Emit(OpCodes.Add);
    }

    /// <summary>
    /// Pops an <c>int64</c> address and pushes what is there: <c>int64</c> for a <see cref="AccessWidth.Double"/> and
    /// where <paramref name="wide"/> asks for it, else <c>int32</c>.
    /// </summary>
    public void Load(AccessWidth width, bool signed, bool wide)
    {
        IL.Emit(OpCodes.Stloc, _address);
        _memory.EmitLoadAddress(IL, _address, width, InterpretLabel(), _scratch);
        IL.Emit(OpCodes.Unaligned, (byte)1);
        IL.Emit((width, signed) switch
        {
            (AccessWidth.Byte, true) => OpCodes.Ldind_I1,
            (AccessWidth.Byte, false) => OpCodes.Ldind_U1,
            (AccessWidth.Half, true) => OpCodes.Ldind_I2,
            (AccessWidth.Half, false) => OpCodes.Ldind_U2,
            (AccessWidth.Word, _) => OpCodes.Ldind_I4,
            _ => OpCodes.Ldind_I8,
        });
        if (wide && width != AccessWidth.Double) IL.Emit(signed ? OpCodes.Conv_I8 : OpCodes.Conv_U8);
    }

    /// <summary>Pops a value (<c>int64</c> for a <see cref="AccessWidth.Double"/>, else <c>int32</c>), then an <c>int64</c> address, and stores.</summary>
    public void Store(AccessWidth width)
    {
        var value = width == AccessWidth.Double ? _value64 : _value32;
        IL.Emit(OpCodes.Stloc, value);
        IL.Emit(OpCodes.Stloc, _address);
        _memory.EmitStoreAddress(IL, _address, width, InterpretLabel(), _scratch);
        IL.Emit(OpCodes.Ldloc, value);
        IL.Emit(OpCodes.Unaligned, (byte)1);
        IL.Emit(width switch
        {
            AccessWidth.Byte => OpCodes.Stind_I1,
            AccessWidth.Half => OpCodes.Stind_I2,
            AccessWidth.Word => OpCodes.Stind_I4,
            _ => OpCodes.Stind_I8,
        });
    }

    /// <summary>
    /// Pops an <c>int64</c> address and pushes the host address (<c>native int</c>) where that many bytes may be read and
    /// written; for atomic read-modify-writes, whose alignment the core has checked.
    /// </summary>
    public void HostAddressForUpdate(AccessWidth width)
    {
        IL.Emit(OpCodes.Stloc, _address);
        _memory.EmitStoreAddress(IL, _address, width, InterpretLabel(), _scratch);
    }

    /// <summary>A label to branch to, with an empty stack, when this instruction turns out to need the interpreter.</summary>
    public Label InterpretLabel() => Exit(Address, RegionExit.Interpret, _notYetExecuted);

    /// <summary>Ends a branch: pops two operands and goes to the target when <paramref name="condition"/> holds.</summary>
    /// <param name="condition">One of IL's comparing branches, <see cref="OpCodes.Beq"/> and its kin.</param>
    public void EndBranch(OpCode condition)
    {
        IL.Emit(condition, TargetLabel!(FlowKind.Branch));
        IL.Emit(OpCodes.Br, NextLabel!());
    }

    /// <summary>Ends a jump or call to a known target.</summary>
    public void EndJump() => IL.Emit(OpCodes.Br, TargetLabel!(Flow.Kind));

    /// <summary>Ends a return, indirect jump or call: pops the <c>int64</c> address where control goes.</summary>
    public void EndIndirect()
    {
        IL.Emit(OpCodes.Stloc, _exitPc);
        if (Flow.Kind == FlowKind.Return && ExpectedReturn is { } expected)
        {
            IL.Emit(OpCodes.Ldloc, _exitPc);
            IL.Emit(OpCodes.Ldc_I8, (long)expected.ReturnAddress);
            IL.Emit(OpCodes.Beq, expected.Label);
        }
        IL.Emit(OpCodes.Ldc_I4, (int)RegionExit.Left);
        IL.Emit(OpCodes.Stloc, _exitReason);
        IL.Emit(OpCodes.Br, _leave);
    }

    internal void EmitPrologue(IReadOnlyList<Label> entries)
    {
        for (var i = 0; i < _locals.Length; i++)
        {
            if (_locals[i] is not { } local) continue;
            StateField(_registers[i].Offset);
            IL.Emit(_registers[i].Kind == RegisterKind.Int64 ? OpCodes.Ldind_I8 : OpCodes.Ldind_I4);
            IL.Emit(OpCodes.Stloc, local);
        }
        if (_budget is not null)
        {
            StateField(_layout.Budget);
            IL.Emit(OpCodes.Ldind_I8);
            IL.Emit(OpCodes.Stloc, _budget);
        }
        if (entries.Count > 1)
        {
            IL.Emit(OpCodes.Ldarg_1);
            IL.Emit(OpCodes.Switch, [.. entries]);
        }
        IL.Emit(OpCodes.Br, entries[0]);
    }

    /// <summary>At the head of a block: may the guest go on?</summary>
    internal void EmitBlockHead(ulong address, int instructions, bool isLoopHead)
    {
        if (_budget is not null)
        {
            IL.Emit(OpCodes.Ldloc, _budget);
            IL.Emit(OpCodes.Ldc_I8, (long)instructions);
            IL.Emit(OpCodes.Sub);
            IL.Emit(OpCodes.Stloc, _budget);
            IL.Emit(OpCodes.Ldloc, _budget);
            IL.Emit(OpCodes.Ldc_I8, 0L);
            IL.Emit(OpCodes.Blt, Exit(address, RegionExit.Safepoint, instructions));
        }
        if (!isLoopHead) return;
        StateField(_layout.StopRequest);
        IL.Emit(OpCodes.Volatile); // another thread sets it; without this the load could leave the loop
        IL.Emit(OpCodes.Ldind_I4);
        IL.Emit(OpCodes.Brtrue, Exit(address, RegionExit.Safepoint, instructions));
    }

    internal void BeginInstruction(ulong address, Flow flow, int notYetExecuted)
    {
        Address = address;
        Flow = flow;
        _notYetExecuted = notYetExecuted;
    }

    /// <summary>Where control leaves for an address outside of the region, everything up to here executed.</summary>
    internal Label LeaveTo(ulong address) => Exit(address, RegionExit.Left, 0);

    /// <summary>The cold end: one stub for each way out, and one place that puts the registers back.</summary>
    internal void EmitEpilogue(RegisterSet used)
    {
        foreach (var (label, address, reason, giveBack) in _exits)
        {
            IL.MarkLabel(label);
            IL.Emit(OpCodes.Ldc_I8, (long)address);
            IL.Emit(OpCodes.Stloc, _exitPc);
            IL.Emit(OpCodes.Ldc_I4, (int)reason);
            IL.Emit(OpCodes.Stloc, _exitReason);
            if (_budget is not null && giveBack != 0)
            {
                IL.Emit(OpCodes.Ldloc, _budget);
                IL.Emit(OpCodes.Ldc_I8, (long)giveBack);
                IL.Emit(OpCodes.Add);
                IL.Emit(OpCodes.Stloc, _budget);
            }
            IL.Emit(OpCodes.Br, _leave);
        }
        IL.MarkLabel(_leave);
        for (var i = 0; i < _locals.Length; i++)
        {
            if (_locals[i] is not { } local || !used.IsWritten(i)) continue;
            StateField(_registers[i].Offset);
            IL.Emit(OpCodes.Ldloc, local);
            if (_registers[i].Kind == RegisterKind.Int32In64) IL.Emit(OpCodes.Conv_I8);
            IL.Emit(_registers[i].Kind == RegisterKind.Int32 ? OpCodes.Stind_I4 : OpCodes.Stind_I8);
        }
        if (_budget is not null) StoreState(_layout.Budget, _budget);
        StoreState(_layout.ProgramCounter, _exitPc);
        IL.Emit(OpCodes.Ldloc, _exitReason);
        IL.Emit(OpCodes.Ret);
    }

    private void StoreState(int offset, LocalBuilder value)
    {
        StateField(offset);
        IL.Emit(OpCodes.Ldloc, value);
        IL.Emit(OpCodes.Stind_I8);
    }

    private LocalBuilder Local(int register) => _locals[register]
        ?? throw new InvalidOperationException($"Register {register} is used at 0x{Address:x} but was not collected.");

    private Label Exit(ulong address, RegionExit reason, int giveBack)
    {
        if (_exitLabels.TryGetValue((address, reason, giveBack), out var label)) return label;
        label = IL.DefineLabel();
        _exitLabels.Add((address, reason, giveBack), label);
        _exits.Add((label, address, reason, giveBack));
        return label;
    }
}
