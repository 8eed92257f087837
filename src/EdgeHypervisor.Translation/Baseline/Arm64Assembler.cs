// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;

namespace EdgeHypervisor.Translation;

/// <summary>
/// A64: Arm Architecture Reference Manual for A-profile (DDI 0487), chapter C4; the calling convention is AAPCS64, section 6. The state stays in X0, what is counted down in W28.
/// X1 is the carrier, X16 and X17 are what operations need beside their operands.
/// </summary>
internal sealed class Arm64Assembler : HostAssembler
{
    private const int State = 0;
    private const int Place = 1;
    private const int Value = 16;
    private const int Offset = 17;
    private const int Zero = 31;
    private const int StackPointer = 31; // which of both it is says the instruction
    private const int FirstSaved = 19;
    private const int LastSaved = 28;
    private const int Counter = 28;
    private const int InstructionBytes = 4;

    /// <summary>Those of the caller come last. X18 is the platform's, X29 and X30 are frame and link.</summary>
    private static ReadOnlySpan<byte> Hosts => [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 19, 20, 21, 22, 23, 24, 25, 26, 27, Place];

    /// <inheritdoc/>
    public override int RegisterCount => Hosts.Length - 1;

    /// <inheritdoc/>
    public override int ResidentCount => 12;

    /// <inheritdoc/>
    public override SharedCode<int> WriteShared(StateLayout layout, nint links, bool countsExactly)
    {
        const int slot = 2, address = 3, epoch = 4, code = 5, data = 6, linkAddress = 7, linkEpoch = 8, linkCode = 9, linkData = 10;
        var shared = new SharedCode<int>(DefineLabel(), DefineLabel(), DefineLabel());
        var (left, sampled) = (DefineLabel(), DefineLabel());

        MarkLabel(shared.Enter);
        for (var i = FirstSaved; i < LastSaved; i += 2) Pair(0xA9800000, i, i + 1, StackPointer, -16); // STP with write-back
        AddConstant(isWide: true, StackPointer, StackPointer, -FrameBytes);
        Memory(Access.Load, 4, Counter, State, layout.Countdown);
        Word(0xD61F0000, Place << 5); // BR

        MarkLabel(shared.LookUp);
        CountDown(sampled);
        Memory(Access.Load, 8, Value, State, layout.Budget);
        ImmediateSum(isSubtraction: true, setsFlags: true, isWide: true, countsExactly ? Zero : Value, Value, countsExactly ? 0 : 1);
        if (!countsExactly) Memory(Access.Store, 8, Value, State, layout.Budget);
        JumpIf(Condition.NotGreater, left);
        BranchIfSet(layout.StopRequest, left);
        Memory(Access.Load, 8, address, State, layout.ProgramCounter);
        Memory(Access.Load, 8, epoch, State, layout.Epoch);
        Memory(Access.Load, 8, code, State, layout.Context);
        Memory(Access.Load, 8, data, State, layout.Context + sizeof(long));
        LoadConstant(isWide: true, slot, links);
        Bits(isSigned: false, isWide: true, Value, address, 1, BitOperations.Log2(BaselineLinks.Slots));
        Word(0x8B000000, Value << 16 | BaselineLinks.SlotShift << 10 | slot << 5 | slot); // ADD with a shift
        Pair(0xA9400000, linkAddress, linkEpoch, slot, BaselineLinks.Address); // LDP
        Pair(0xA9400000, linkCode, linkData, slot, BaselineLinks.Code);
        Registers(0x6B000000, isWide: true, Zero, address, linkAddress); // SUBS
        CompareToo(epoch, linkEpoch);
        CompareToo(code, linkCode);
        CompareToo(data, linkData);
        JumpIf(Condition.NotEqual, left);
        Memory(Access.Load, 8, Value, slot, BaselineLinks.Place);
        Word(0xD61F0000, Value << 5); // BR

        MarkLabel(left);
        Constant(Carrier, (int)RegionExit.Left);
        Branch(shared.Leave);
        MarkLabel(sampled);
        Constant(Carrier, (int)RegionExit.Sampled);

        MarkLabel(shared.Leave);
        Memory(Access.Store, 4, Counter, State, layout.Countdown);
        HostMove(isWide: false, 0, Hosts[Carrier]);
        AddConstant(isWide: true, StackPointer, StackPointer, FrameBytes);
        for (var i = LastSaved - 1; i >= FirstSaved; i -= 2) Pair(0xA8C00000, i, i + 1, StackPointer, 16); // LDP with write-back
        Word(0xD65F03C0, 0); // RET
        return shared;

        // CCMP: where all before were equal.
        void CompareToo(int a, int b) => Registers(0x7A400000, isWide: true, 0, a, b);
    }

    /// <inheritdoc/>
    public override void Move(int target, int source) => HostMove(isWide: true, Hosts[target], Hosts[source]);

    /// <inheritdoc/>
    public override void Constant(int target, long value) => LoadConstant(isWide: true, Hosts[target], value);

    /// <inheritdoc/>
    public override void LoadHome(int target, Home home, int widthBytes) => Memory(Access.Load, widthBytes, Hosts[target], BaseOf(home), home.Offset);

    /// <inheritdoc/>
    public override void StoreHome(Home home, int source, int widthBytes) => Memory(Access.Store, widthBytes, Hosts[source], BaseOf(home), home.Offset);

    /// <inheritdoc/>
    public override void Load(int target, int address, int displacement, int widthBytes, bool isSigned) =>
        Memory(isSigned && widthBytes < 8 ? Access.LoadSigned : Access.Load, widthBytes, Hosts[target], Hosts[address], displacement);

    /// <inheritdoc/>
    public override void Store(int address, int displacement, int source, int widthBytes) => Memory(Access.Store, widthBytes, Hosts[source], Hosts[address], displacement);

    /// <inheritdoc/>
    public override void Compute(Operation operation, bool isWide, int target, int left, int right) =>
        Registers(OpcodeOf(operation), isWide, Hosts[target], Hosts[left], Hosts[right]);

    /// <inheritdoc/>
    public override void ComputeConstant(Operation operation, bool isWide, int target, int left, int right)
    {
        var (to, from, width) = (Hosts[target], Hosts[left], isWide ? 64 : 32);
        var amount = right & (width - 1);
        switch (operation)
        {
            case Operation.Add: AddConstant(isWide, to, from, right); break;
            case Operation.Subtract: AddConstant(isWide, to, from, -(long)right); break;
            case Operation.ShiftLeft: Bitfield(isSigned: false, isWide, to, from, -amount & (width - 1), width - 1 - amount); break;
            case Operation.ShiftRight: Bits(isSigned: false, isWide, to, from, amount, width - amount); break;
            case Operation.ShiftRightSigned: Bits(isSigned: true, isWide, to, from, amount, width - amount); break;
            case Operation.RotateRight: Word(0x13800000, Wide(isWide) | Count(isWide) | from << 16 | amount << 10 | from << 5 | to); break; // EXTR
            case Operation.Xor when right == -1: Registers(0x2A200000, isWide, to, Zero, from); break; // ORN
            case Operation.And or Operation.Or or Operation.Xor when TryEncode(isWide, right, out var mask):
                Word(ImmediateOpcodeOf(operation), Wide(isWide) | mask << 10 | from << 5 | to);
                break;
            default:
                LoadConstant(isWide, Value, right);
                Registers(OpcodeOf(operation), isWide, to, from, Value);
                break;
        }
    }

    /// <inheritdoc/>
    public override void Divide(bool isWide, bool isSigned, bool isRemainder, int target, int left, int right)
    {
        Registers(isSigned ? 0x1AC00C00u : 0x1AC00800, isWide, isRemainder ? Value : Hosts[target], Hosts[left], Hosts[right]);
        if (isRemainder) Registers(0x1B008000, isWide, Hosts[target], Value, Hosts[right], Hosts[left]); // MSUB
    }

    /// <inheritdoc/>
    public override void MultiplyHigh(bool isSigned, int target, int left, int right) =>
        Registers(isSigned ? 0x1B407C00u : 0x1BC07C00, isWide: true, Hosts[target], Hosts[left], Hosts[right]);

    /// <inheritdoc/>
    public override void CountZeros(bool isWide, bool isTrailing, int target, int source)
    {
        if (isTrailing) Registers(0x5AC00000, isWide, Value, Hosts[source], 0); // RBIT
        Registers(0x5AC01000, isWide, Hosts[target], isTrailing ? Value : Hosts[source], 0);
    }

    /// <inheritdoc/>
    public override void ReverseBytes(bool isWide, int target, int source) => Registers(isWide ? 0x5AC00C00u : 0x5AC00800, isWide, Hosts[target], Hosts[source], 0);

    /// <inheritdoc/>
    public override void Extend(int target, int source, int widthBytes, bool isSigned) => Bits(isSigned, isWide: true, Hosts[target], Hosts[source], 0, 8 * widthBytes);

    /// <inheritdoc/>
    public override void SetIf(Condition condition, bool isWide, int target, int left, int right)
    {
        Registers(0x6B000000, isWide, Zero, Hosts[left], Hosts[right]);
        SetFlag(condition, target);
    }

    /// <inheritdoc/>
    public override void SetIfConstant(Condition condition, bool isWide, int target, int left, int right)
    {
        CompareConstant(isWide, left, right);
        SetFlag(condition, target);
    }

    /// <inheritdoc/>
    public override void BranchIf(Condition condition, bool isWide, int left, int right, int label)
    {
        Registers(0x6B000000, isWide, Zero, Hosts[left], Hosts[right]);
        JumpIf(condition, label);
    }

    /// <inheritdoc/>
    public override void BranchIfConstant(Condition condition, bool isWide, int left, int right, int label)
    {
        if (right == 0 && condition is Condition.Equal or Condition.NotEqual)
        {
            JumpIfZero(condition == Condition.Equal, isWide, Hosts[left], label);
            return;
        }
        CompareConstant(isWide, left, right);
        JumpIf(condition, label);
    }

    /// <inheritdoc/>
    public override void Branch(int label) => Jump(0x14000000, Reach.Far, label);

    /// <inheritdoc/>
    public override void CountDown(int label)
    {
        ImmediateSum(isSubtraction: true, setsFlags: true, isWide: false, Counter, Counter, 1);
        JumpIf(Condition.Less, label);
    }

    /// <inheritdoc/>
    public override void BranchIfSet(int stateOffset, int label)
    {
        Memory(Access.Load, 4, Value, State, stateOffset);
        JumpIfZero(isZero: false, isWide: false, Value, label);
    }

    /// <inheritdoc/>
    protected override void Fix(int position, int kind, int distance)
    {
        var words = distance / InstructionBytes;
        if (words << (32 - kind) >> (32 - kind) != words) throw new InvalidOperationException($"a branch over {distance} bytes");
        words &= (1 << kind) - 1;
        Word(At(position), ReadWord(position) | (uint)((Reach)kind == Reach.Far ? words : words << 5));
    }

    /// <inheritdoc/>
    protected override void DropJumpTo(int label)
    {
        var jump = Position - InstructionBytes;
        if (jump < 0 || !IsLastReference(label, jump) || ReadWord(jump) != 0x14000000 || HasLabelHere) return;
        DropLastReference(jump);
    }

    private static int BaseOf(Home home) => home.IsFrame ? StackPointer : State;

    private static uint OpcodeOf(Operation operation) => operation switch
    {
        Operation.Add => 0x0B000000,
        Operation.Subtract => 0x4B000000,
        Operation.And => 0x0A000000,
        Operation.Or => 0x2A000000,
        Operation.Xor => 0x4A000000,
        Operation.Multiply => 0x1B007C00, // MADD to zero
        Operation.ShiftLeft => 0x1AC02000,
        Operation.ShiftRight => 0x1AC02400,
        Operation.ShiftRightSigned => 0x1AC02800,
        _ => 0x1AC02C00,
    };

    private static uint ImmediateOpcodeOf(Operation operation) => operation switch
    {
        Operation.And => 0x12000000,
        Operation.Or => 0x32000000,
        _ => 0x52000000,
    };

    // C1.2.4.
    private static int CodeOf(Condition condition) => condition switch
    {
        Condition.Equal => 0,
        Condition.NotEqual => 1,
        Condition.NotBelow => 2,
        Condition.Below => 3,
        Condition.Above => 8,
        Condition.NotAbove => 9,
        Condition.NotLess => 10,
        Condition.Less => 11,
        Condition.Greater => 12,
        _ => 13,
    };

    private static int Wide(bool isWide) => isWide ? 1 << 31 : 0;

    // The N of bit fields.
    private static int Count(bool isWide) => isWide ? 1 << 22 : 0;

    /// <summary>
    /// What AND, ORR and EOR take as a constant, as their N, immr and imms: a power of two of bits that repeats, in each of which there is one run of ones, which may go around
    /// (C6.2, "bitmask immediate"; shared/functions/.../DecodeBitMasks).
    /// </summary>
    private static bool TryEncode(bool isWide, long value, out int encoded)
    {
        var all = isWide ? (ulong)value : (uint)value | (ulong)value << 32;
        var starts = all & ~BitOperations.RotateLeft(all, 1);
        var runs = BitOperations.PopCount(starts);
        encoded = 0;
        if (!BitOperations.IsPow2(runs)) return false;
        var size = 64 / runs;
        if (all != BitOperations.RotateRight(all, size)) return false;
        var rotation = -BitOperations.TrailingZeroCount(starts) & (size - 1);
        var length = (-2 * size & 0x3F) | (BitOperations.PopCount(all) / runs - 1);
        encoded = (size == 64 ? 1 << 12 : 0) | rotation << 6 | length;
        return true;
    }

    // MOVZ or MOVN for the first 16 bits that are none of what they fill the rest with, MOVK for the others; or one ORR.
    private void LoadConstant(bool isWide, int to, long value)
    {
        if (value == (uint)value || !isWide) (isWide, value) = (false, (int)value);
        var (zeros, ones) = (0, 0);
        var width = isWide ? 64 : 32;
        for (var shift = 0; shift < width; shift += 16)
        {
            if ((ushort)(value >> shift) == 0) zeros++;
            if ((ushort)(value >> shift) == 0xFFFF) ones++;
        }
        if (Math.Max(zeros, ones) < width / 16 - 1 && TryEncode(isWide, value, out var mask))
        {
            Word(0x32000000, Wide(isWide) | mask << 10 | Zero << 5 | to);
            return;
        }
        var rest = ones > zeros ? 0xFFFF : 0;
        var first = rest == 0 ? 0x52800000u : 0x12800000;
        var isFirst = true;
        for (var shift = 0; shift < width; shift += 16)
        {
            var part = (ushort)(value >> shift);
            if (part == rest) continue;
            Word(isFirst ? first : 0x72800000, Wide(isWide) | shift / 16 << 21 | (isFirst ? part ^ rest : part) << 5 | to);
            isFirst = false;
        }
        if (isFirst) Word(first, Wide(isWide) | to);
    }

    // Constants of 24 bits take no register, and the stack pointer has only these.
    private void AddConstant(bool isWide, int to, int from, long value)
    {
        var (isNegative, amount) = (value < 0, Math.Abs(value));
        if (amount >= 1 << 24)
        {
            LoadConstant(isWide, Value, value);
            Registers(0x0B000000, isWide, to, from, Value);
            return;
        }
        if (amount >= 1 << 12)
        {
            ImmediateSum(isNegative, setsFlags: false, isWide, to, from, (int)amount & ~0xFFF);
            from = to;
        }
        if (amount < 1 << 12 || (amount & 0xFFF) != 0) ImmediateSum(isNegative, setsFlags: false, isWide, to, from, (int)amount & 0xFFF);
    }

    // Of a constant of 12 bits, or 12 bits above 12 zeros.
    private void ImmediateSum(bool isSubtraction, bool setsFlags, bool isWide, int to, int from, int value)
    {
        var immediate = value < 1 << 12 ? value << 10 : 1 << 22 | value >> 12 << 10;
        Word(0x11000000, Wide(isWide) | (isSubtraction ? 1 << 30 : 0) | (setsFlags ? 1 << 29 : 0) | immediate | from << 5 | to);
    }

    private void CompareConstant(bool isWide, int left, int right)
    {
        var amount = Math.Abs((long)right);
        if (amount < 1 << 12 || (amount < 1 << 24 && (amount & 0xFFF) == 0))
        {
            // a - b sets all flags like a + -b, unless b is zero.
            ImmediateSum(right >= 0, setsFlags: true, isWide, Zero, Hosts[left], (int)amount);
            return;
        }
        LoadConstant(isWide, Value, right);
        Registers(0x6B000000, isWide, Zero, Hosts[left], Value);
    }

    // CSINC of zero and zero, where the condition does not hold.
    private void SetFlag(Condition condition, int target) => Word(0x1A9F07E0, (CodeOf(condition) ^ 1) << 12 | Hosts[target]);

    private void JumpIf(Condition condition, int label) => Jump(0x54000000 | (uint)CodeOf(condition), Reach.Conditional, label);

    // CBZ and CBNZ.
    private void JumpIfZero(bool isZero, bool isWide, int register, int label) =>
        Jump((isZero ? 0x34000000u : 0x35000000) | (uint)(Wide(isWide) | register), Reach.Conditional, label);

    private void Jump(uint opcode, Reach reach, int label)
    {
        Refer(label, Position, Position, (int)reach);
        Word(opcode, 0);
    }

    private void HostMove(bool isWide, int to, int from) => Registers(0x2A000000, isWide, to, Zero, from);

    // UBFX and SBFX.
    private void Bits(bool isSigned, bool isWide, int to, int from, int first, int count) => Bitfield(isSigned, isWide, to, from, first, first + count - 1);

    // UBFM and SBFM.
    private void Bitfield(bool isSigned, bool isWide, int to, int from, int rotation, int last) =>
        Word(isSigned ? 0x13000000u : 0x53000000, Wide(isWide) | Count(isWide) | rotation << 16 | last << 10 | from << 5 | to);

    private void Registers(uint opcode, bool isWide, int to, int left, int right, int addend = 0) =>
        Word(opcode, Wide(isWide) | right << 16 | addend << 10 | left << 5 | to);

    private void Pair(uint opcode, int first, int second, int address, int offset) => Word(opcode, (offset / 8 & 0x7F) << 15 | second << 10 | address << 5 | first);

    // With the offset in the instruction, by the width or by bytes, or in a register.
    private void Memory(Access access, int widthBytes, int register, int address, int offset)
    {
        var scale = BitOperations.Log2((uint)widthBytes);
        var operands = scale << 30 | (int)access << 22 | address << 5 | register;
        if (offset >= 0 && offset % widthBytes == 0 && offset >> scale < 1 << 12)
        {
            Word(0x39000000, operands | offset >> scale << 10);
        }
        else if (offset is >= 0 and < 256)
        {
            Word(0x38000000, operands | offset << 12);
        }
        else
        {
            LoadConstant(isWide: true, Offset, offset);
            Word(0x38206800, operands | Offset << 16);
        }
    }

    private void Word(uint opcode, int operands) => Word((int)opcode | operands);

    private static void Word(Span<byte> at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(at, value);

    private uint ReadWord(int position) => BinaryPrimitives.ReadUInt32LittleEndian(At(position));

    // How many bits of a branch say where to, in instructions.
    private enum Reach
    {
        Conditional = 19,
        Far = 26,
    }

    // As it is in the instructions.
    private enum Access
    {
        Store,
        Load,
        LoadSigned,
    }
}
