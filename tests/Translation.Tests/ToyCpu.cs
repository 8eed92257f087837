// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation.Tests;

internal enum ToyOp
{
    AddImmediate, // a = b + imm
    Add,          // a = b + c
    Load,         // a = word at b + imm
    Store,        // word at b + imm = a
    BranchNotEqual, // if a != b goto imm
    Call,         // a = next; goto imm
    Return,       // goto a
    AddWord,      // a = (b + c) in 32 bits, sign-extended
    CallRegister, // a = next; goto b
    System,       // only the interpreter can
}

internal sealed record ToyInstruction(ToyOp Op, int A = 0, int B = 0, int C = 0, long Immediate = 0);

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ToyState
{
    public fixed long R[8];
    public ulong Pc;
    public long Budget;
    public int Stop;
    public int Countdown;

    public static StateLayout Layout => new(
        (int)Marshal.OffsetOf<ToyState>(nameof(Pc)), (int)Marshal.OffsetOf<ToyState>(nameof(Stop)), (int)Marshal.OffsetOf<ToyState>(nameof(Budget)), Epoch: 0, Context: 0, // no unit asks for these two
        (int)Marshal.OffsetOf<ToyState>(nameof(Countdown)));
}

/// <summary>An instruction set of eight instructions, four bytes each, with an interpreter to compare the kit with.</summary>
internal sealed unsafe class ToyCpu : IInstructionSource<ToyInstruction>, IInstructionEmitter<ToyInstruction>, IDisposable
{
    public const ulong RamStart = 0x1000_0000;
    private readonly byte* _ram;
    private readonly byte* _flags;
    private readonly Dictionary<ulong, ToyInstruction> _program = [];

    public ToyCpu(params ToyInstruction[] program)
    {
        for (var i = 0; i < program.Length; i++) _program.Add((ulong)i * 4, program[i]);
        _ram = (byte*)NativeMemory.AlignedAlloc(4 * RamRegion.PageBytes, RamRegion.PageBytes);
        NativeMemory.Clear(_ram, 4 * RamRegion.PageBytes);
        _flags = (byte*)NativeMemory.AllocZeroed(4);
        State = (ToyState*)NativeMemory.AllocZeroed((nuint)sizeof(ToyState));
        Ram = new RamRegion("ram", RamStart, 4 * RamRegion.PageBytes, _ram, _flags);
    }

    public ToyState* State { get; }

    public RamRegion Ram { get; }

    /// <summary>Addresses that the planner is told have never been executed.</summary>
    public HashSet<ulong> NeverExecuted { get; } = [];

    /// <summary>Where the planner is told that indirect calls have gone.</summary>
    public Dictionary<ulong, ulong[]> SeenTargets { get; } = [];

    public int Interpreted { get; private set; }

    public IReadOnlyList<GuestRegister> Registers { get; } = [.. Enumerable.Range(0, 8).Select(i => new GuestRegister(i * 8, RegisterKind.Int64))];

    public CompiledRegion Compile(ulong root = 0, TranslationOptions? options = null, MemoryModel? memory = null)
    {
        options ??= new TranslationOptions();
        var plan = RegionPlanner<ToyInstruction>.Plan(root, this, options) ?? throw new InvalidOperationException("nothing to translate");
        return new RegionCompiler<ToyInstruction>(this, ToyState.Layout, options).Compile(plan, memory ?? MemoryModel.Flat(Ram));
    }

    public RegionExit Enter(CompiledRegion region)
    {
        var entry = region.Entries.ToList().IndexOf(State->Pc);
        Assert.True(entry >= 0, $"no entry at 0x{State->Pc:x}");
        return region.Code.Run((nint)State, entry);
    }

    /// <summary>Runs translated where it can, interpreted elsewhere, until the program counter leaves the program.</summary>
    public void RunMixed(CompiledRegion region)
    {
        while (_program.ContainsKey(State->Pc))
        {
            if (region.Entries.Contains(State->Pc) && Enter(region) == RegionExit.Left) continue;
            if (_program.ContainsKey(State->Pc)) Step();
        }
    }

    public void RunInterpreted()
    {
        while (_program.ContainsKey(State->Pc)) Step();
    }

    /// <summary>The reference: what each instruction means.</summary>
    public void Step()
    {
        var i = _program[State->Pc];
        var next = State->Pc + 4;
        var r = State->R;
        Interpreted++;
        switch (i.Op)
        {
            case ToyOp.AddImmediate: r[i.A] = r[i.B] + i.Immediate; break;
            case ToyOp.Add: r[i.A] = r[i.B] + r[i.C]; break;
            case ToyOp.Load: r[i.A] = *(int*)At(r[i.B] + i.Immediate); break;
            case ToyOp.Store:
                var address = (ulong)(r[i.B] + i.Immediate);
                if (Ram.Contains(address, 4)) Ram.PrepareStore(address - RamStart, 4);
                *(int*)At((long)address) = (int)r[i.A];
                break;
            case ToyOp.BranchNotEqual when r[i.A] != r[i.B]: next = (ulong)i.Immediate; break;
            case ToyOp.AddWord: r[i.A] = (int)(r[i.B] + r[i.C]); break;
            case ToyOp.CallRegister: (r[i.A], next) = ((long)next, (ulong)r[i.B]); break;
            case ToyOp.Call: r[i.A] = (long)next; next = (ulong)i.Immediate; break;
            case ToyOp.Return: next = (ulong)r[i.A]; break;
        }
        State->Pc = next;
    }

    public bool TryFetch(ulong address, out ToyInstruction instruction, out Flow flow)
    {
        flow = default;
        if (!_program.TryGetValue(address, out instruction!)) return false;
        flow = instruction.Op switch
        {
            ToyOp.BranchNotEqual => new Flow(FlowKind.Branch, 4, (ulong)instruction.Immediate),
            ToyOp.Call => new Flow(FlowKind.Call, 4, (ulong)instruction.Immediate),
            ToyOp.Return => new Flow(FlowKind.Return, 4),
            ToyOp.CallRegister => new Flow(FlowKind.IndirectCall, 4),
            ToyOp.System => new Flow(FlowKind.Interpret, 4),
            _ => new Flow(FlowKind.Next, 4),
        };
        return true;
    }

    public IReadOnlyList<ulong> IndirectTargets(ulong address) => SeenTargets.GetValueOrDefault(address) ?? [];

    public bool TryGetOperand(in ToyInstruction i, out MemoryOperand operand)
    {
        operand = new MemoryOperand(i.B, (int)i.Immediate, sizeof(int), i.Op == ToyOp.Store);
        return i.Op is ToyOp.Load or ToyOp.Store;
    }

    public bool TryGetSum(in ToyInstruction i, out RegisterSum sum)
    {
        sum = new RegisterSum(i.A, i.B, (int)i.Immediate);
        return i.Op == ToyOp.AddImmediate && i.Immediate == (int)i.Immediate;
    }

    public RegisterForm FormOf(in ToyInstruction i, ulong signed32, ulong words) => i.Op switch
    {
        ToyOp.AddWord => RegisterForm.Word,
        ToyOp.Load => RegisterForm.Signed32,
        ToyOp.AddImmediate when i.Immediate == 0 && (signed32 >> i.B & 1) != 0 => RegisterForm.Signed32,
        _ => RegisterForm.Whole,
    };

    public bool WasExecuted(ulong address) => !NeverExecuted.Contains(address);

    public void CollectRegisters(in ToyInstruction i, RegisterSet registers)
    {
        registers.AddRead(i.B);
        registers.AddRead(i.C);
        if (i.Op is ToyOp.Store or ToyOp.BranchNotEqual or ToyOp.Return) registers.AddRead(i.A);
        else registers.AddWritten(i.A);
    }

    public void Emit(in ToyInstruction i, RegionEmitter region)
    {
        switch (i.Op)
        {
            case ToyOp.AddImmediate: region.Get(i.B); region.Constant(i.Immediate); region.IL.Emit(OpCodes.Add); region.Set(i.A); break;
            case ToyOp.Add: region.Get(i.B); region.Get(i.C); region.IL.Emit(OpCodes.Add); region.Set(i.A); break;
            case ToyOp.Load: region.LoadAt(i.B, (int)i.Immediate, AccessWidth.Word, signed: true, wide: true); region.Set(i.A); break;
            case ToyOp.Store:
                var value = i.A;
                region.StoreAt(i.B, (int)i.Immediate, AccessWidth.Word, () => region.GetWord(value));
                break;
            case ToyOp.AddWord: region.GetWord(i.B); region.GetWord(i.C); region.IL.Emit(OpCodes.Add); region.SetWord(i.A); break;
            case ToyOp.CallRegister: region.Get(i.B); region.Constant((long)region.NextAddress); region.Set(i.A); region.EndIndirect(); break;
            case ToyOp.BranchNotEqual: region.Get(i.A); region.Get(i.B); region.EndBranch(OpCodes.Bne_Un); break;
            case ToyOp.Call: region.Constant((long)region.NextAddress); region.Set(i.A); region.EndJump(); break;
            case ToyOp.Return: region.Get(i.A); region.EndIndirect(); break;
            default: throw new InvalidOperationException($"{i.Op} is not translated");
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_ram);
        NativeMemory.Free(_flags);
        NativeMemory.Free(State);
    }

    /// <summary>Outside of RAM lies a device: here a word of its own.</summary>
    private byte* At(long address) => Ram.Contains((ulong)address, 4) ? _ram + ((ulong)address - RamStart) : (byte*)Device;

    private int* Device => (int*)((byte*)State + Marshal.OffsetOf<ToyState>(nameof(ToyState.R)) + 56);
}
