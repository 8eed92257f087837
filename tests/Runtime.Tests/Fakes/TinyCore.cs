// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Runtime.Tests;

/// <summary>A CPU just big enough to test a runtime: eight registers, one interrupt input that ends a wait, exact stops. Each instruction takes 10 ns of a manual clock.</summary>
internal class TinyCore(ICoreContext context, ManualTime? time = null) : ICore, IInterruptLine
{
    private readonly ulong[] _registers = new ulong[8];
    private ulong _pc;
    private bool _line;
    private volatile bool _stop;

    public long InstructionsRetired { get; private set; }

    public bool HasWakeUp => _line;

    public IReadOnlyList<ulong> Registers => _registers;

    /// <summary>Called after each instruction.</summary>
    public Action? Retired { get; set; }

    public bool IsDisposed { get; private set; }

    public int StateVersion => 2;

    public RunResult Run(long instructionBudget)
    {
        var begin = InstructionsRetired;
        while (InstructionsRetired - begin < instructionBudget)
        {
            if (_stop)
            {
                _stop = false;
                return new RunResult(StopReason.Requested, InstructionsRetired - begin);
            }
            if (Step() is { } reason)
                return new RunResult(reason, InstructionsRetired - begin, reason == StopReason.Fault ? $"told to at 0x{_pc:x}" : null);
        }
        return new RunResult(StopReason.BudgetUsed, InstructionsRetired - begin);
    }

    public void RequestStop() => _stop = true;

    public void Reset(ulong entry, ReadOnlySpan<ulong> arguments)
    {
        Array.Clear(_registers);
        _pc = entry;
        for (var i = 0; i < arguments.Length; i++) _registers[4 + i] = arguments[i];
    }

    public IInterruptLine? FindInput(string name) => name == "irq" ? this : null;

    public void Drive(bool level) => _line = level;

    public void Save(IStateWriter state)
    {
        state.Write("pc", _pc);
        state.Write("registers", _registers.AsSpan());
        state.Write("line", _line);
    }

    public void Restore(IStateReader state)
    {
        _pc = state.ReadUInt64("pc");
        state.ReadUInt64s("registers", 8).CopyTo(_registers, 0);
        _line = state.ReadBoolean("line");
    }

    public void Dispose() => IsDisposed = true;

    private StopReason? Step()
    {
        Span<byte> code = stackalloc byte[8];
        if (!context.Memory.TryRead(_pc, code)) return StopReason.Fault;
        ref var register = ref _registers[code[1] & 7];
        var operand = BinaryPrimitives.ReadUInt32LittleEndian(code[4..]);
        switch ((TinyOp)code[0])
        {
            case TinyOp.WaitForInterrupt when !_line:
                return StopReason.WaitingForInterrupt;
            case TinyOp.Fault:
                return StopReason.Fault;
            case TinyOp.Throw:
                throw new InvalidOperationException("the core is broken");
            case TinyOp.AddImmediate:
                register += operand;
                break;
            case TinyOp.Load:
                _ = context.Bus.TryRead(operand, AccessWidth.Double, out register);
                break;
            case TinyOp.Store:
                _ = context.Bus.TryWrite(operand, AccessWidth.Double, register);
                break;
            case TinyOp.StoreIndirect:
                _ = context.Bus.TryWrite(_registers[operand & 7], AccessWidth.Double, register);
                break;
            case TinyOp.Jump:
                _pc = operand - 8ul;
                break;
            case TinyOp.SkipIfZero when register == 0:
                _pc += 8;
                break;
        }
        _pc += 8;
        InstructionsRetired++;
        time?.Advance(10);
        Retired?.Invoke();
        return null;
    }
}
