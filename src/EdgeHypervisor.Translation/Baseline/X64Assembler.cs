// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Translation;

/// <summary>
/// x86-64: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2; the calling convention is that of the System V ABI, AMD64 supplement, section 3.2.
/// The state stays in RDI, what is counted down in R15. RAX (the carrier), RCX and RDX are what shifts, products and quotients are bound to.
/// </summary>
internal sealed class X64Assembler : HostAssembler
{
    private const int Rax = 0;
    private const int Rcx = 1;
    private const int Rdx = 2;
    private const int Rsp = 4;
    private const int Rdi = 7;
    private const int Rsi = 6;
    private const int Counter = 15;
    private const int JumpBytes = 5;

    /// <summary>Those of the caller come last.</summary>
    private static ReadOnlySpan<byte> Hosts => [Rsi, 8, 9, 10, 11, 3, 5, 12, 13, 14, Rax];

    private const int FirstSaved = 5;

    /// <inheritdoc/>
    public override int RegisterCount => Hosts.Length - 1;

    /// <inheritdoc/>
    public override int ResidentCount => 5;

    /// <inheritdoc/>
    public override SharedCode<int> WriteShared(StateLayout layout, nint links, bool countsExactly)
    {
        var shared = new SharedCode<int>(DefineLabel(), DefineLabel(), DefineLabel());
        var (left, sampled) = (DefineLabel(), DefineLabel());

        MarkLabel(shared.Enter);
        for (var i = FirstSaved; i < RegisterCount; i++) Push(Hosts[i]);
        Push(Counter);
        Memory(0x8B, isWide: false, Counter, Rdi, layout.Countdown);
        Immediate(5, isWide: true, Rsp, FrameBytes);
        Byte(0xFF);
        Byte(0xE6); // JMP RSI

        MarkLabel(shared.LookUp);
        CountDown(sampled);
        Memory(0x83, isWide: true, countsExactly ? 7 : 5, Rdi, layout.Budget); // CMP, SUB
        Byte(countsExactly ? 0 : 1);
        JumpIf(Condition.NotGreater, left);
        BranchIfSet(layout.StopRequest, left);
        Memory(0x8B, isWide: true, Rax, Rdi, layout.ProgramCounter);
        HostMove(Rcx, Rax, isWide: false);
        Immediate(4, isWide: false, Rcx, (BaselineLinks.Slots - 1) << 1);
        Rex(isWide: false, 0, Rcx);
        Byte(0xC1);
        Byte(0xC0 | 4 << 3 | Rcx);
        Byte(BaselineLinks.SlotShift - 1);
        Rex(isWide: true, 0, Rdx);
        Byte(0xB8 + Rdx);
        BinaryPrimitives.WriteInt64LittleEndian(Take(8), links);
        Registers(0x03, isWide: true, Rcx, Rdx);
        Memory(0x3B, isWide: true, Rax, Rcx, BaselineLinks.Address);
        JumpIf(Condition.NotEqual, left);
        Compare(layout.Epoch, BaselineLinks.Epoch);
        Compare(layout.Context, BaselineLinks.Code);
        Compare(layout.Context + sizeof(long), BaselineLinks.Data);
        Memory(0xFF, isWide: false, 4, Rcx, BaselineLinks.Place); // JMP

        MarkLabel(left);
        Constant(Carrier, (int)RegionExit.Left);
        Branch(shared.Leave);
        MarkLabel(sampled);
        Constant(Carrier, (int)RegionExit.Sampled);

        MarkLabel(shared.Leave);
        Memory(0x89, isWide: false, Counter, Rdi, layout.Countdown);
        Immediate(0, isWide: true, Rsp, FrameBytes);
        Pop(Counter);
        for (var i = RegisterCount - 1; i >= FirstSaved; i--) Pop(Hosts[i]);
        Byte(0xC3);
        return shared;

        void Compare(int stateOffset, int linkOffset)
        {
            Memory(0x8B, isWide: true, Rax, Rdi, stateOffset);
            Memory(0x3B, isWide: true, Rax, Rcx, linkOffset);
            JumpIf(Condition.NotEqual, left);
        }
    }

    /// <inheritdoc/>
    public override void Move(int target, int source) => HostMove(Hosts[target], Hosts[source], isWide: true);

    /// <inheritdoc/>
    public override void Constant(int target, long value)
    {
        var to = Hosts[target];
        if (value == 0)
        {
            Registers(0x33, isWide: false, to, to);
        }
        else if (value == (uint)value)
        {
            Rex(isWide: false, 0, to);
            Byte(0xB8 + (to & 7));
            Word((int)value);
        }
        else if (value == (int)value)
        {
            Rex(isWide: true, 0, to);
            Byte(0xC7);
            Byte(0xC0 + (to & 7));
            Word((int)value);
        }
        else
        {
            Rex(isWide: true, 0, to);
            Byte(0xB8 + (to & 7));
            BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);
        }
    }

    /// <inheritdoc/>
    public override void LoadHome(int target, Home home, int widthBytes)
    {
        var to = Hosts[target];
        switch (widthBytes)
        {
            case 1: Memory(0x0FB6, isWide: false, to, BaseOf(home), home.Offset); break;
            case 2: Memory(0x0FB7, isWide: false, to, BaseOf(home), home.Offset); break;
            default: Memory(0x8B, widthBytes == 8, to, BaseOf(home), home.Offset); break;
        }
    }

    /// <inheritdoc/>
    public override void StoreHome(Home home, int source, int widthBytes) => StoreAt(BaseOf(home), home.Offset, Hosts[source], widthBytes);

    /// <inheritdoc/>
    public override void Load(int target, int address, int displacement, int widthBytes, bool isSigned)
    {
        var (to, from) = (Hosts[target], Hosts[address]);
        switch (widthBytes)
        {
            case 1: Memory(isSigned ? 0x0FBE : 0x0FB6, isSigned, to, from, displacement); break;
            case 2: Memory(isSigned ? 0x0FBF : 0x0FB7, isSigned, to, from, displacement); break;
            case 4: Memory(isSigned ? 0x63 : 0x8B, isSigned, to, from, displacement); break;
            default: Memory(0x8B, isWide: true, to, from, displacement); break;
        }
    }

    /// <inheritdoc/>
    public override void Store(int address, int displacement, int source, int widthBytes) => StoreAt(Hosts[address], displacement, Hosts[source], widthBytes);

    /// <inheritdoc/>
    public override void Compute(Operation operation, bool isWide, int target, int left, int right)
    {
        var (to, a, b) = (Hosts[target], (int)Hosts[left], (int)Hosts[right]);
        if (operation >= Operation.ShiftLeft)
        {
            HostMove(Rcx, b, isWide: false);
            if (to != a) HostMove(to, a, isWide);
            Rex(isWide, 0, to);
            Byte(0xD3);
            Byte(0xC0 | ShiftOf(operation) << 3 | (to & 7));
            return;
        }
        if (operation == Operation.Add && to != a && to != b)
        {
            Sum(isWide, to, a, b);
            return;
        }
        if (to == b && to != a)
        {
            if (operation == Operation.Subtract)
            {
                HostMove(Rcx, b, isWide);
                b = Rcx;
            }
            else
            {
                (a, b) = (b, a);
            }
        }
        if (to != a) HostMove(to, a, isWide);
        Registers(operation == Operation.Multiply ? 0x0FAF : OpcodeOf(operation), isWide, to, b);
    }

    /// <inheritdoc/>
    public override void ComputeConstant(Operation operation, bool isWide, int target, int left, int right)
    {
        var (to, a) = (Hosts[target], (int)Hosts[left]);
        if (operation >= Operation.ShiftLeft)
        {
            if (to != a) HostMove(to, a, isWide);
            Rex(isWide, 0, to);
            Byte(0xC1);
            Byte(0xC0 | ShiftOf(operation) << 3 | (to & 7));
            Byte(right & (isWide ? 63 : 31));
            return;
        }
        if (operation == Operation.Multiply)
        {
            Registers(0x69, isWide, to, a);
            Word(right);
            return;
        }
        if (operation == Operation.Add && to != a)
        {
            Memory(0x8D, isWide, to, a, right); // LEA
            return;
        }
        if (to != a) HostMove(to, a, isWide);
        Immediate(ExtensionOf(operation), isWide, to, right);
    }

    /// <inheritdoc/>
    public override void Divide(bool isWide, bool isSigned, bool isRemainder, int target, int left, int right)
    {
        HostMove(Rax, Hosts[left], isWide);
        if (isSigned)
        {
            Rex(isWide, 0, 0);
            Byte(0x99); // CDQ, CQO
        }
        else
        {
            Registers(0x33, isWide: false, Rdx, Rdx);
        }
        Unary(isSigned ? 7 : 6, isWide, Hosts[right]);
        HostMove(Hosts[target], isRemainder ? Rdx : Rax, isWide);
    }

    /// <inheritdoc/>
    public override void MultiplyHigh(bool isSigned, int target, int left, int right)
    {
        HostMove(Rax, Hosts[left], isWide: true);
        Unary(isSigned ? 5 : 4, isWide: true, Hosts[right]);
        HostMove(Hosts[target], Rdx, isWide: true);
    }

    /// <inheritdoc/>
    public override void CountZeros(bool isWide, bool isTrailing, int target, int source)
    {
        var width = isWide ? 64 : 32;
        Constant(Carrier, isTrailing ? width : 2 * width - 1);
        Registers(isTrailing ? 0x0FBC : 0x0FBD, isWide, Rcx, Hosts[source]); // BSF, BSR, which set no register where there is no one
        Registers(0x0F44, isWide, Rcx, Rax); // CMOVZ
        if (!isTrailing) Immediate(6, isWide: false, Rcx, width - 1);
        HostMove(Hosts[target], Rcx, isWide: false);
    }

    /// <inheritdoc/>
    public override void ReverseBytes(bool isWide, int target, int source)
    {
        var to = Hosts[target];
        if (target != source) HostMove(to, Hosts[source], isWide);
        Rex(isWide, 0, to);
        Byte(0x0F);
        Byte(0xC8 + (to & 7));
    }

    /// <inheritdoc/>
    public override void Extend(int target, int source, int widthBytes, bool isSigned)
    {
        var (to, from) = (Hosts[target], Hosts[source]);
        switch (widthBytes)
        {
            case 1: Registers(isSigned ? 0x0FBE : 0x0FB6, isSigned, to, from, isByte: true); break;
            case 2: Registers(isSigned ? 0x0FBF : 0x0FB7, isSigned, to, from); break;
            default: Registers(isSigned ? 0x63 : 0x8B, isSigned, to, from); break;
        }
    }

    /// <inheritdoc/>
    public override void SetIf(Condition condition, bool isWide, int target, int left, int right)
    {
        Registers(0x3B, isWide, Hosts[left], Hosts[right]);
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
        Registers(0x3B, isWide, Hosts[left], Hosts[right]);
        JumpIf(condition, label);
    }

    /// <inheritdoc/>
    public override void BranchIfConstant(Condition condition, bool isWide, int left, int right, int label)
    {
        CompareConstant(isWide, left, right);
        JumpIf(condition, label);
    }

    /// <inheritdoc/>
    public override void Branch(int label)
    {
        Byte(0xE9);
        Distance(label);
    }

    /// <inheritdoc/>
    public override void CountDown(int label)
    {
        Immediate(5, isWide: false, Counter, 1);
        JumpIf(Condition.Less, label);
    }

    /// <inheritdoc/>
    public override void BranchIfSet(int stateOffset, int label)
    {
        Memory(0x83, isWide: false, 7, Rdi, stateOffset); // CMP
        Byte(0);
        JumpIf(Condition.NotEqual, label);
    }

    /// <inheritdoc/>
    protected override void Fix(int position, int kind, int distance) => BinaryPrimitives.WriteInt32LittleEndian(At(position), distance);

    /// <inheritdoc/>
    protected override void DropJumpTo(int label)
    {
        var jump = Position - JumpBytes;
        if (jump < 0 || !IsLastReference(label, jump + 1) || At(jump)[0] != 0xE9 || HasLabelHere) return;
        DropLastReference(jump);
    }

    private static int BaseOf(Home home) => home.IsFrame ? Rsp : Rdi;

    private static int OpcodeOf(Operation operation) => operation switch
    {
        Operation.Add => 0x03,
        Operation.Subtract => 0x2B,
        Operation.And => 0x23,
        Operation.Or => 0x0B,
        _ => 0x33,
    };

    private static int ExtensionOf(Operation operation) => operation switch
    {
        Operation.Add => 0,
        Operation.Subtract => 5,
        Operation.And => 4,
        Operation.Or => 1,
        _ => 6,
    };

    private static int ShiftOf(Operation operation) => operation switch
    {
        Operation.ShiftLeft => 4,
        Operation.ShiftRight => 5,
        Operation.ShiftRightSigned => 7,
        _ => 1,
    };

    // The low half of the opcodes of SETcc and Jcc.
    private static int CodeOf(Condition condition) => condition switch
    {
        Condition.Equal => 0x4,
        Condition.NotEqual => 0x5,
        Condition.Less => 0xC,
        Condition.NotLess => 0xD,
        Condition.NotGreater => 0xE,
        Condition.Greater => 0xF,
        Condition.Below => 0x2,
        Condition.NotBelow => 0x3,
        Condition.NotAbove => 0x6,
        _ => 0x7,
    };

    private void CompareConstant(bool isWide, int left, int right)
    {
        if (right == 0) Registers(0x85, isWide, Hosts[left], Hosts[left]); // TEST
        else Immediate(7, isWide, Hosts[left], right);
    }

    private void SetFlag(Condition condition, int target)
    {
        Byte(0x0F);
        Byte(0x90 | CodeOf(condition));
        Byte(0xC0); // AL
        Registers(0x0FB6, isWide: false, Hosts[target], Rax, isByte: true);
    }

    private void JumpIf(Condition condition, int label)
    {
        Byte(0x0F);
        Byte(0x80 | CodeOf(condition));
        Distance(label);
    }

    private void Distance(int label)
    {
        Refer(label, Position, Position + 4, 0);
        Word(0);
    }

    private void HostMove(int to, int from, bool isWide) => Registers(0x8B, isWide, to, from);

    private void StoreAt(int address, int offset, int from, int widthBytes)
    {
        if (widthBytes == 2) Byte(0x66);
        Memory(widthBytes == 1 ? 0x88 : 0x89, widthBytes == 8, from, address, offset, isByte: widthBytes == 1);
    }

    private void Push(int register)
    {
        Rex(isWide: false, 0, register);
        Byte(0x50 + (register & 7));
    }

    private void Pop(int register)
    {
        Rex(isWide: false, 0, register);
        Byte(0x58 + (register & 7));
    }

    // NEG, NOT, MUL, DIV and their kin.
    private void Unary(int extension, bool isWide, int register)
    {
        Rex(isWide, 0, register);
        Byte(0xF7);
        Byte(0xC0 | extension << 3 | (register & 7));
    }

    private void Immediate(int extension, bool isWide, int register, int value)
    {
        Rex(isWide, 0, register);
        var isShort = value == (sbyte)value;
        Byte(isShort ? 0x83 : 0x81);
        Byte(0xC0 | extension << 3 | (register & 7));
        if (isShort) Byte(value);
        else Word(value);
    }

    private void Registers(int opcode, bool isWide, int register, int other, bool isByte = false)
    {
        Rex(isWide, register, other, isByte);
        Opcode(opcode);
        Byte(0xC0 | (register & 7) << 3 | (other & 7));
    }

    private void Memory(int opcode, bool isWide, int register, int address, int displacement, bool isByte = false)
    {
        Rex(isWide, register, address, isByte);
        Opcode(opcode);
        var mode = displacement == 0 && (address & 7) != 5 ? 0 : displacement == (sbyte)displacement ? 1 : 2;
        Byte(mode << 6 | (register & 7) << 3 | (address & 7));
        if ((address & 7) == Rsp) Byte(0x24); // SIB: no index
        if (mode == 1) Byte(displacement);
        if (mode == 2) Word(displacement);
    }

    // LEA; a base of that number has to have a displacement.
    private void Sum(bool isWide, int to, int a, int b)
    {
        const int withDisplacement = 5;
        if ((a & 7) == withDisplacement) (a, b) = (b, a);
        Byte(0x40 | (isWide ? 8 : 0) | to >> 3 << 2 | b >> 3 << 1 | a >> 3);
        Byte(0x8D);
        var isShort = (a & 7) == withDisplacement;
        Byte((isShort ? 0x40 : 0) | (to & 7) << 3 | Rsp);
        Byte((b & 7) << 3 | (a & 7));
        if (isShort) Byte(0);
    }

    private void Opcode(int opcode)
    {
        if (opcode > 0xFF) Byte(opcode >> 8);
        Byte(opcode & 0xFF);
    }

    // A byte register beyond the first four is one only with a prefix.
    private void Rex(bool isWide, int register, int other, bool isByte = false)
    {
        var prefix = 0x40 | (isWide ? 8 : 0) | register >> 3 << 2 | other >> 3;
        if (prefix != 0x40 || isByte) Byte(prefix);
    }
}
