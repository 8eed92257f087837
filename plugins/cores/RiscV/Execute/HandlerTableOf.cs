// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.Integer;
using static EdgeHypervisor.Cores.RiscV.Multiplication;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Which handler runs which instruction: the list to read, and to extend, for a new instruction.</summary>
/// <typeparam name="TXlen">The width of the registers.</typeparam>
/// <typeparam name="TMemory">The way to memory.</typeparam>
internal sealed unsafe partial class HandlerTableOf<TXlen, TMemory> : HandlerTable
    where TXlen : struct, IWidth
    where TMemory : struct, IMemoryMode
{
    /// <inheritdoc/>
    public override void Resolve(Op op)
    {
        switch (op)
        {
            case < Op.Lui: SetInternal(); break;
            case < Op.Lb: SetJumps(); break;
            case < Op.Addi: SetMemory(); break;
            case < Op.Addiw: SetInteger(); break;
            case < Op.Mul: SetWords(); break;
            case < Op.LrW: SetMultiplication(); break;
            case < Op.LrD: SetAtomics(); break;
            case < Op.FenceI: SetDoubleAtomics(); break;
            case < Op.Flw: SetSystem(); break;
            case < Op.Fld: SetSingle(); break;
            case < Op.Sh1add: SetDouble(); break;
            case < Op.Andn: SetAddresses(); break;
            case < Op.Bclr: SetBasicBits(); break;
            case < Op.Count: SetSingleBits(); break;
            default: throw new InvalidOperationException($"no handler for {op}");
        }
    }

    private void SetInternal()
    {
        Set(Op.PageEnd, &SystemInstructions.PageEnd<TXlen>);
        Set(Op.Straddle, &SystemInstructions.Straddle);
        Set(Op.Breakpoint, &SystemInstructions.Breakpoint);
        Set(Op.Region, &SystemInstructions.Region);
        Set(Op.Illegal, &SystemInstructions.Illegal, &SystemInstructions.Illegal);
    }

    private void SetJumps()
    {
        Set(Op.Lui, &Alu.LoadUpper<Long>, &Alu.LoadUpper<Short>);
        Set(Op.Auipc, &Alu.AddUpperToPc<TXlen>);
        Set(Op.Jal, &Jumps.FarJump<TXlen, Long>, &Jumps.FarJump<TXlen, Short>);
        SetNear(Op.Jal, &Jumps.NearJump<TXlen, Long>, &Jumps.NearJump<TXlen, Short>);
        Set(Op.Jalr, &Jumps.JumpRegister<TXlen, Long>, &Jumps.JumpRegister<TXlen, Short>);
        SetNear(Op.Jalr, &Jumps.ObservedJumpRegister<TXlen, Long>, &Jumps.ObservedJumpRegister<TXlen, Short>);
        Set(Op.Beq, &Jumps.FarBranch<TXlen, Equal, Long>, &Jumps.FarBranch<TXlen, Equal, Short>);
        Set(Op.Bne, &Jumps.FarBranch<TXlen, NotEqual, Long>, &Jumps.FarBranch<TXlen, NotEqual, Short>);
        Set(Op.Blt, &Jumps.FarBranch<TXlen, Less, Long>);
        Set(Op.Bge, &Jumps.FarBranch<TXlen, NotLess, Long>);
        Set(Op.Bltu, &Jumps.FarBranch<TXlen, LessUnsigned, Long>);
        Set(Op.Bgeu, &Jumps.FarBranch<TXlen, NotLessUnsigned, Long>);
        SetNear(Op.Beq, &Jumps.NearBranch<Equal, Long>, &Jumps.NearBranch<Equal, Short>);
        SetNear(Op.Bne, &Jumps.NearBranch<NotEqual, Long>, &Jumps.NearBranch<NotEqual, Short>);
        SetNear(Op.Blt, &Jumps.NearBranch<Less, Long>, null);
        SetNear(Op.Bge, &Jumps.NearBranch<NotLess, Long>, null);
        SetNear(Op.Bltu, &Jumps.NearBranch<LessUnsigned, Long>, null);
        SetNear(Op.Bgeu, &Jumps.NearBranch<NotLessUnsigned, Long>, null);
    }

    private void SetMemory()
    {
        SetAccess(Op.Lb, &Memory.Load<TXlen, TMemory, MemoryFormats.SignedByte, Long>);
        SetAccess(Op.Lh, &Memory.Load<TXlen, TMemory, MemoryFormats.SignedHalf, Long>);
        SetAccess(Op.Lw, &Memory.Load<TXlen, TMemory, MemoryFormats.SignedWord, Long>, &Memory.Load<TXlen, TMemory, MemoryFormats.SignedWord, Short>);
        SetAccess(Op.Ld, &Memory.Load<TXlen, TMemory, MemoryFormats.DoubleWord, Long>, &Memory.Load<TXlen, TMemory, MemoryFormats.DoubleWord, Short>);
        SetAccess(Op.Lbu, &Memory.Load<TXlen, TMemory, MemoryFormats.Byte, Long>);
        SetAccess(Op.Lhu, &Memory.Load<TXlen, TMemory, MemoryFormats.Half, Long>);
        SetAccess(Op.Lwu, &Memory.Load<TXlen, TMemory, MemoryFormats.Word, Long>);
        SetAccess(Op.Sb, &Memory.Store<TXlen, TMemory, MemoryFormats.Byte, Long>);
        SetAccess(Op.Sh, &Memory.Store<TXlen, TMemory, MemoryFormats.Half, Long>);
        SetAccess(Op.Sw, &Memory.Store<TXlen, TMemory, MemoryFormats.Word, Long>, &Memory.Store<TXlen, TMemory, MemoryFormats.Word, Short>);
        SetAccess(Op.Sd, &Memory.Store<TXlen, TMemory, MemoryFormats.DoubleWord, Long>, &Memory.Store<TXlen, TMemory, MemoryFormats.DoubleWord, Short>);
    }

    private void SetInteger()
    {
        Set(Op.Addi, &Alu.Immediate<Add<TXlen>, Long>, &Alu.Immediate<Add<TXlen>, Short>);
        Set(Op.Slti, &Alu.Immediate<SetLess, Long>);
        Set(Op.Sltiu, &Alu.Immediate<SetLessUnsigned, Long>);
        Set(Op.Xori, &Alu.Immediate<Xor, Long>);
        Set(Op.Ori, &Alu.Immediate<Or, Long>);
        Set(Op.Andi, &Alu.Immediate<And, Long>, &Alu.Immediate<And, Short>);
        Set(Op.Slli, &Alu.Immediate<ShiftLeft<TXlen>, Long>, &Alu.Immediate<ShiftLeft<TXlen>, Short>);
        Set(Op.Srli, &Alu.Immediate<ShiftRight<TXlen>, Long>, &Alu.Immediate<ShiftRight<TXlen>, Short>);
        Set(Op.Srai, &Alu.Immediate<ShiftRightSigned<TXlen>, Long>, &Alu.Immediate<ShiftRightSigned<TXlen>, Short>);
        Set(Op.Add, &Alu.Registers<Add<TXlen>, Long>, &Alu.Registers<Add<TXlen>, Short>);
        Set(Op.Sub, &Alu.Registers<Subtract<TXlen>, Long>, &Alu.Registers<Subtract<TXlen>, Short>);
        Set(Op.Sll, &Alu.Registers<ShiftLeft<TXlen>, Long>);
        Set(Op.Slt, &Alu.Registers<SetLess, Long>);
        Set(Op.Sltu, &Alu.Registers<SetLessUnsigned, Long>);
        Set(Op.Xor, &Alu.Registers<Xor, Long>, &Alu.Registers<Xor, Short>);
        Set(Op.Srl, &Alu.Registers<ShiftRight<TXlen>, Long>);
        Set(Op.Sra, &Alu.Registers<ShiftRightSigned<TXlen>, Long>);
        Set(Op.Or, &Alu.Registers<Or, Long>, &Alu.Registers<Or, Short>);
        Set(Op.And, &Alu.Registers<And, Long>, &Alu.Registers<And, Short>);
    }

    private void SetWords()
    {
        Set(Op.Addiw, &Alu.Immediate<Add<Word>, Long>, &Alu.Immediate<Add<Word>, Short>);
        Set(Op.Slliw, &Alu.Immediate<ShiftLeft<Word>, Long>);
        Set(Op.Srliw, &Alu.Immediate<ShiftRight<Word>, Long>);
        Set(Op.Sraiw, &Alu.Immediate<ShiftRightSigned<Word>, Long>);
        Set(Op.Addw, &Alu.Registers<Add<Word>, Long>, &Alu.Registers<Add<Word>, Short>);
        Set(Op.Subw, &Alu.Registers<Subtract<Word>, Long>, &Alu.Registers<Subtract<Word>, Short>);
        Set(Op.Sllw, &Alu.Registers<ShiftLeft<Word>, Long>);
        Set(Op.Srlw, &Alu.Registers<ShiftRight<Word>, Long>);
        Set(Op.Sraw, &Alu.Registers<ShiftRightSigned<Word>, Long>);
        Set(Op.Fence, &Alu.Nothing);
    }

    private void SetMultiplication()
    {
        Set(Op.Mul, &Alu.Registers<Low<TXlen>, Long>);
        Set(Op.Mulh, &Alu.Registers<High<TXlen>, Long>);
        Set(Op.Mulhsu, &Alu.Registers<HighMixed<TXlen>, Long>);
        Set(Op.Mulhu, &Alu.Registers<HighUnsigned<TXlen>, Long>);
        Set(Op.Div, &Alu.Registers<Divide<TXlen>, Long>);
        Set(Op.Divu, &Alu.Registers<DivideUnsigned<TXlen>, Long>);
        Set(Op.Rem, &Alu.Registers<Remainder<TXlen>, Long>);
        Set(Op.Remu, &Alu.Registers<RemainderUnsigned<TXlen>, Long>);
        Set(Op.Mulw, &Alu.Registers<Low<Word>, Long>);
        Set(Op.Divw, &Alu.Registers<Divide<Word>, Long>);
        Set(Op.Divuw, &Alu.Registers<DivideUnsigned<Word>, Long>);
        Set(Op.Remw, &Alu.Registers<Remainder<Word>, Long>);
        Set(Op.Remuw, &Alu.Registers<RemainderUnsigned<Word>, Long>);
    }

    private void SetAtomics()
    {
        Set(Op.LrW, &SlowPath.LoadReserved);
        Set(Op.ScW, &SlowPath.StoreConditional);
        Set(Op.AmoswapW, &Atomics.ReadModifyWrite<TXlen, TMemory, Word, Atomics.Swap>);
        Set(Op.AmoaddW, &Atomics.ReadModifyWrite<TXlen, TMemory, Word, Add<Word>>);
        Set(Op.AmoxorW, &Atomics.ReadModifyWrite<TXlen, TMemory, Word, Xor>);
        Set(Op.AmoandW, &Atomics.ReadModifyWrite<TXlen, TMemory, Word, And>);
        Set(Op.AmoorW, &Atomics.ReadModifyWrite<TXlen, TMemory, Word, Or>);
        Set(Op.AmominW, &Atomics.ReadModifyWrite<TXlen, TMemory, Word, Atomics.Minimum>);
        Set(Op.AmomaxW, &Atomics.ReadModifyWrite<TXlen, TMemory, Word, Atomics.Maximum>);
        Set(Op.AmominuW, &Atomics.ReadModifyWrite<TXlen, TMemory, Word, Atomics.MinimumUnsigned>);
        Set(Op.AmomaxuW, &Atomics.ReadModifyWrite<TXlen, TMemory, Word, Atomics.MaximumUnsigned>);
    }

    private void SetDoubleAtomics()
    {
        Set(Op.LrD, &SlowPath.LoadReserved);
        Set(Op.ScD, &SlowPath.StoreConditional);
        Set(Op.AmoswapD, &Atomics.ReadModifyWrite<TXlen, TMemory, DoubleWord, Atomics.Swap>);
        Set(Op.AmoaddD, &Atomics.ReadModifyWrite<TXlen, TMemory, DoubleWord, Add<DoubleWord>>);
        Set(Op.AmoxorD, &Atomics.ReadModifyWrite<TXlen, TMemory, DoubleWord, Xor>);
        Set(Op.AmoandD, &Atomics.ReadModifyWrite<TXlen, TMemory, DoubleWord, And>);
        Set(Op.AmoorD, &Atomics.ReadModifyWrite<TXlen, TMemory, DoubleWord, Or>);
        Set(Op.AmominD, &Atomics.ReadModifyWrite<TXlen, TMemory, DoubleWord, Atomics.Minimum>);
        Set(Op.AmomaxD, &Atomics.ReadModifyWrite<TXlen, TMemory, DoubleWord, Atomics.Maximum>);
        Set(Op.AmominuD, &Atomics.ReadModifyWrite<TXlen, TMemory, DoubleWord, Atomics.MinimumUnsigned>);
        Set(Op.AmomaxuD, &Atomics.ReadModifyWrite<TXlen, TMemory, DoubleWord, Atomics.MaximumUnsigned>);
    }

    private void SetSystem()
    {
        Set(Op.FenceI, &SystemInstructions.FenceI);
        for (var op = Op.Csrrw; op <= Op.Csrrci; op++) Set(op, &SystemInstructions.Csr);
        Set(Op.Ecall, &SystemInstructions.EnvironmentCall);
        Set(Op.Ebreak, &SystemInstructions.EnvironmentBreak, &SystemInstructions.EnvironmentBreak);
        Set(Op.Mret, &SystemInstructions.MachineReturn);
        Set(Op.Sret, &SystemInstructions.SupervisorReturn);
        Set(Op.Wfi, &SystemInstructions.WaitForInterrupt);
        Set(Op.SfenceVma, &SystemInstructions.FenceTranslation);
    }
}
