// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using static EdgeHypervisor.Cores.CortexM.DataOperations;
using static EdgeHypervisor.Cores.CortexM.MemoryFormats;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// Which handler runs which instruction: the list to read, and to extend, for a new one. Filled group by group when an
/// instruction of the group is first used, since each entry costs the runtime some work. Shared by all processors of
/// a plugin, from any thread: an entry only ever changes from "unresolved" to its one value.
/// </summary>
internal sealed unsafe partial class HandlerTables
{
    private const int Variants = 1 << HandlerIndex.OpShift;
    private readonly nint[] _entries = GC.AllocateArray<nint>((int)Op.Count * Variants, pinned: true);
    private readonly nint[] _conditional = GC.AllocateArray<nint>((int)Op.Count * Variants, pinned: true);

    public HandlerTables()
    {
        Array.Fill(_entries, Unresolved);
        Array.Fill(_conditional, (nint)(Handler)(&Branches.Conditional));
        Internal(Op.Undecoded, &SystemInstructions.Undecoded);
        Internal(Op.PageEnd, &SystemInstructions.PageEnd);
        Internal(Op.Straddle, &SystemInstructions.Straddle);
        Internal(Op.Breakpoint, &SystemInstructions.Breakpoint);
        Internal(Op.Region, &SystemInstructions.Region);
    }

    /// <summary>The handler that stands for those not asked for yet.</summary>
    public static nint Unresolved { get; } = (nint)(Handler)(&SystemInstructions.Unresolved);

    /// <summary>The handlers outside of IT blocks. Valid as long as this object lives.</summary>
    public nint* Entries => (nint*)Marshal.UnsafeAddrOfPinnedArrayElement(_entries, 0);

    /// <summary>The handlers inside of IT blocks.</summary>
    public nint* Conditional => (nint*)Marshal.UnsafeAddrOfPinnedArrayElement(_conditional, 0);

    /// <summary>Puts in the handlers of an instruction and its group.</summary>
    public void Resolve(Op op)
    {
        switch (op)
        {
            case < Op.And: SetFronts(); break;
            case < Op.Add: SetLogical(); break;
            case < Op.LslRegister: SetArithmetic(); break;
            case < Op.B: SetShifts(); break;
            case < Op.Ldr: SetBranches(); break;
            case < Op.LoadWriteBack: SetMemory(); break;
            case < Op.Movt: SetMultiple(); break;
            case < Op.Nop: SetComputations(); break;
            case < Op.Vldr: SetSystem(); break;
            case < Op.Count: SetFloat(); break;
            default: throw new InvalidOperationException($"no handler for {op}");
        }
    }

    private void Set(Op op, Handler handler) => _entries[HandlerIndex.Of(op)] = (nint)handler;

    private void Set(Op op, int variant, Handler handler) => _entries[HandlerIndex.Of(op, variant)] = (nint)handler;

    private void Internal(Op op, Handler handler) =>
        _entries[HandlerIndex.Of(op)] = _conditional[HandlerIndex.Of(op)] = (nint)handler;

    private void SetFronts()
    {
        Set(Op.Undefined, &SystemInstructions.Undefined);
        Set(Op.NoCoprocessor, &SystemInstructions.NoCoprocessor);
        Set(Op.WithPc, &DataProcessing.WithPc);
        Set(Op.ToSp, &DataProcessing.ToSp);
        Set(Op.ToPc, &DataProcessing.ToPc);
    }

    private void SetLogical()
    {
        SetLogical<And>(Op.And);
        SetLogical<Bic>(Op.Bic);
        SetLogical<Orr>(Op.Orr);
        SetLogical<Orn>(Op.Orn);
        SetLogical<Eor>(Op.Eor);
        SetLogical<And>(Op.Tst);
        SetLogical<Eor>(Op.Teq);
        SetLogical<Mov>(Op.Mov);
        SetLogical<Mvn>(Op.Mvn);
    }

    private void SetArithmetic()
    {
        SetArithmetic<Add>(Op.Add);
        SetArithmetic<Adc>(Op.Adc);
        SetArithmetic<Sub>(Op.Sub);
        SetArithmetic<Sbc>(Op.Sbc);
        SetArithmetic<Rsb>(Op.Rsb);
        SetArithmetic<Sub>(Op.Cmp);
        SetArithmetic<Add>(Op.Cmn);
    }

    private void SetLogical<TOperation>(Op op)
        where TOperation : struct, ILogical
    {
        Set(op, HandlerIndex.Immediate, &DataProcessing.Logical<TOperation, Immediate, Keeps>);
        Set(op, HandlerIndex.Register, &DataProcessing.Logical<TOperation, Register, Keeps>);
        Set(op, HandlerIndex.Shifted, &DataProcessing.Logical<TOperation, Shifted, Keeps>);
        Set(op, HandlerIndex.Immediate | HandlerIndex.SetsFlags, &DataProcessing.Logical<TOperation, Immediate, Sets>);
        Set(op, HandlerIndex.Register | HandlerIndex.SetsFlags, &DataProcessing.Logical<TOperation, Register, Sets>);
        Set(op, HandlerIndex.Shifted | HandlerIndex.SetsFlags, &DataProcessing.Logical<TOperation, Shifted, Sets>);
    }

    private void SetArithmetic<TOperation>(Op op)
        where TOperation : struct, IArithmetic
    {
        Set(op, HandlerIndex.Immediate, &DataProcessing.Arithmetic<TOperation, Immediate, Keeps>);
        Set(op, HandlerIndex.Register, &DataProcessing.Arithmetic<TOperation, Register, Keeps>);
        Set(op, HandlerIndex.Shifted, &DataProcessing.Arithmetic<TOperation, Shifted, Keeps>);
        Set(op, HandlerIndex.Immediate | HandlerIndex.SetsFlags, &DataProcessing.Arithmetic<TOperation, Immediate, Sets>);
        Set(op, HandlerIndex.Register | HandlerIndex.SetsFlags, &DataProcessing.Arithmetic<TOperation, Register, Sets>);
        Set(op, HandlerIndex.Shifted | HandlerIndex.SetsFlags, &DataProcessing.Arithmetic<TOperation, Shifted, Sets>);
    }

    private void SetShifts()
    {
        for (var op = Op.LslRegister; op <= Op.RorRegister; op++)
        {
            Set(op, &DataProcessing.ShiftByRegister<Keeps>);
            Set(op, HandlerIndex.SetsFlags, &DataProcessing.ShiftByRegister<Sets>);
        }
        Set(Op.Mul, &DataProcessing.Multiply<Keeps>);
        Set(Op.Mul, HandlerIndex.SetsFlags, &DataProcessing.Multiply<Sets>);
    }

    private void SetBranches()
    {
        SetBranch<Conditions.Always>(Op.B);
        SetBranch<Conditions.Eq>(Op.Beq);
        SetBranch<Conditions.Ne>(Op.Bne);
        SetBranch<Conditions.Cs>(Op.Bcs);
        SetBranch<Conditions.Cc>(Op.Bcc);
        SetBranch<Conditions.Mi>(Op.Bmi);
        SetBranch<Conditions.Pl>(Op.Bpl);
        SetBranch<Conditions.Vs>(Op.Bvs);
        SetBranch<Conditions.Vc>(Op.Bvc);
        SetBranch<Conditions.Hi>(Op.Bhi);
        SetBranch<Conditions.Ls>(Op.Bls);
        SetBranch<Conditions.Ge>(Op.Bge);
        SetBranch<Conditions.Lt>(Op.Blt);
        SetBranch<Conditions.Gt>(Op.Bgt);
        SetBranch<Conditions.Le>(Op.Ble);
        SetBranch<Conditions.IsZero>(Op.Cbz);
        SetBranch<Conditions.IsNotZero>(Op.Cbnz);
        Set(Op.Bl, &Branches.Call);
        Set(Op.BlxRegister, &Branches.CallRegister);
        Set(Op.Bx, &Branches.Exchange);
        Set(Op.Tbb, &Branches.Table);
        Set(Op.Tbh, &Branches.Table);
        Set(Op.LoadPc, &Slow.LoadPc);
        Set(Op.It, &Branches.IfThen);
    }

    private void SetBranch<TCondition>(Op op)
        where TCondition : struct, ICondition
    {
        Set(op, &Branches.Far<TCondition>);
        Set(op, HandlerIndex.Near, &Branches.Near<TCondition>);
    }

    private void SetMemory()
    {
        Set(Op.Ldr, &Memory.Load<Word, Offset>);
        Set(Op.Ldrb, &Memory.Load<MemoryFormats.Byte, Offset>);
        Set(Op.Ldrh, &Memory.Load<MemoryFormats.Half, Offset>);
        Set(Op.Ldrsb, &Memory.Load<SignedByte, Offset>);
        Set(Op.Ldrsh, &Memory.Load<SignedHalf, Offset>);
        Set(Op.Str, &Memory.Store<Word, Offset>);
        Set(Op.Strb, &Memory.Store<MemoryFormats.Byte, Offset>);
        Set(Op.Strh, &Memory.Store<MemoryFormats.Half, Offset>);
        Set(Op.LdrRegister, &Memory.Load<Word, MemoryFormats.Index>);
        Set(Op.LdrbRegister, &Memory.Load<MemoryFormats.Byte, MemoryFormats.Index>);
        Set(Op.LdrhRegister, &Memory.Load<MemoryFormats.Half, MemoryFormats.Index>);
        Set(Op.LdrsbRegister, &Memory.Load<SignedByte, MemoryFormats.Index>);
        Set(Op.LdrshRegister, &Memory.Load<SignedHalf, MemoryFormats.Index>);
        Set(Op.StrRegister, &Memory.Store<Word, MemoryFormats.Index>);
        Set(Op.StrbRegister, &Memory.Store<MemoryFormats.Byte, MemoryFormats.Index>);
        Set(Op.StrhRegister, &Memory.Store<MemoryFormats.Half, MemoryFormats.Index>);
    }

    private void SetMultiple()
    {
        Set(Op.LoadWriteBack, &Memory.LoadWriteBack);
        Set(Op.StoreWriteBack, &Memory.StoreWriteBack);
        Set(Op.LoadUnprivileged, &Slow.LoadUnprivileged);
        Set(Op.StoreUnprivileged, &Slow.StoreUnprivileged);
        Set(Op.Ldm, &Multiple.Load);
        Set(Op.Stm, &Multiple.Store);
        Set(Op.Ldrd, &Multiple.LoadDual);
        Set(Op.Strd, &Multiple.StoreDual);
        for (var op = Op.Ldrex; op <= Op.Ldrexh; op++) Set(op, &Multiple.LoadExclusive);
        for (var op = Op.Strex; op <= Op.Strexh; op++) Set(op, &Multiple.StoreExclusive);
        Set(Op.Clrex, &Multiple.ClearExclusive);
    }

    private void SetComputations()
    {
        for (var op = Op.Movt; op <= Op.Smmls; op++) Set(op, &Computations.One);
        Set(Op.Sdiv, &Computations.Divide);
        Set(Op.Udiv, &Computations.Divide);
        for (var op = Op.Smull; op <= Op.Smlsld; op++) Set(op, &Computations.Two);
    }

    private void SetSystem()
    {
        Set(Op.Nop, &SystemInstructions.Nothing);
        Set(Op.Barrier, &SystemInstructions.Nothing);
        Set(Op.SynchronizeCode, &SystemInstructions.Nothing);
        Set(Op.Wfi, &SystemInstructions.WaitForInterrupt);
        Set(Op.Wfe, &SystemInstructions.WaitForEvent);
        Set(Op.Sev, &SystemInstructions.SendEvent);
        Set(Op.Svc, &SystemInstructions.SupervisorCall);
        Set(Op.Bkpt, &SystemInstructions.BreakpointInstruction);
        Set(Op.Mrs, &SystemInstructions.ReadSpecial);
        Set(Op.Msr, &SystemInstructions.WriteSpecial);
        Set(Op.Cps, &SystemInstructions.ChangeState);
    }

    private void SetFloat()
    {
        for (var op = Op.Vldr; op <= Op.Vstm; op++) Set(op, &FloatHandlers.Transfer);
        for (var op = Op.VmovCoreToSingle; op <= Op.Vmsr; op++) Set(op, &FloatHandlers.Move);
        for (var op = Op.VmovImmediate; op < Op.Count; op++) Set(op, &FloatHandlers.Compute);
        foreach (var op in new[] { Op.Vadd, Op.Vsub, Op.Vmul, Op.Vdiv }) Set(op, &FloatHandlers.Arithmetic);
    }
}
