// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Translation;

/// <summary>
/// Writes machine code of a host, instruction by instruction. Registers are numbers from 0 up to <see cref="RegisterCount"/>; an operation with
/// two sources changes neither, unless the destination is one. What is narrower than a register leaves the bits above it undefined, unless it says otherwise.
/// </summary>
internal abstract class HostAssembler
{
    /// <summary>What the code of a region may use of the stack.</summary>
    public const int FrameBytes = 2048;

    private const int Nowhere = int.MinValue;

    private byte[] _code = new byte[4096];
    private readonly List<int> _labels = []; // where they are
    private readonly List<Fixup> _fixups = [];
    private int _lastMarked = -1;

    /// <summary>One for the processor this runs on; null where there is none.</summary>
    public static HostAssembler? TryCreate() => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => new X64Assembler(),
        Architecture.Arm64 => new Arm64Assembler(),
        _ => null,
    };

    /// <summary>The registers there are for values.</summary>
    public abstract int RegisterCount { get; }

    /// <summary>How many of them, the last ones, may hold the same thing all through a region.</summary>
    public abstract int ResidentCount { get; }

    /// <summary>One register more, which carries a value to a place that is come to by several ways, and what the code returns. Other operations may use it.</summary>
    public int Carrier => RegisterCount;

    /// <summary>Where the next instruction comes.</summary>
    public int Position { get; private set; }

    /// <summary>A label that is nowhere yet.</summary>
    public int DefineLabel()
    {
        _labels.Add(Nowhere);
        return _labels.Count - 1;
    }

    /// <summary>A label in other code, by its distance from the beginning of this.</summary>
    public int DefineLabelAt(int distance)
    {
        _labels.Add(distance);
        return _labels.Count - 1;
    }

    /// <summary>Where a label is, from the beginning.</summary>
    public int PositionOf(int label) => _labels[label];

    /// <summary>Puts a label here.</summary>
    public void MarkLabel(int label)
    {
        DropJumpTo(label);
        _labels[label] = Position;
        _lastMarked = Position;
    }

    /// <summary>A state to go back to with <see cref="Return(Mark)"/>.</summary>
    public Mark Here => new(Position, _fixups.Count);

    /// <summary>Takes back everything written since.</summary>
    public void Return(Mark mark)
    {
        Position = mark.Position;
        _fixups.RemoveRange(mark.Fixups, _fixups.Count - mark.Fixups);
    }

    /// <summary>The code, with all branches leading where they should.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        for (var i = 0; i < _fixups.Count; i++)
        {
            var fixup = _fixups[i];
            if (_labels[fixup.Label] == Nowhere) throw new InvalidOperationException($"label {fixup.Label} is branched to and stands nowhere");
            Fix(fixup.Position, fixup.Kind, _labels[fixup.Label] - fixup.Origin);
        }
        return _code.AsSpan(0, Position);
    }

    /// <summary>Writes what all regions of a core share.</summary>
    /// <param name="layout">Where things are in the core's state.</param>
    /// <param name="links">The <see cref="BaselineLinks"/>.</param>
    /// <param name="countsExactly">Whether regions count their instructions themselves.</param>
    /// <returns>The labels.</returns>
    public abstract SharedCode<int> WriteShared(StateLayout layout, nint links, bool countsExactly);

    /// <summary>All 64 bits.</summary>
    public abstract void Move(int target, int source);

    /// <summary>All 64 bits.</summary>
    public abstract void Constant(int target, long value);

    /// <summary>Loads from the state, or the frame; a narrower value is extended with zeros.</summary>
    public abstract void LoadHome(int target, Home home, int widthBytes);

    /// <summary>Stores to the state, or the frame.</summary>
    public abstract void StoreHome(Home home, int source, int widthBytes);

    /// <summary>Loads from memory, extended to 64 bits.</summary>
    public abstract void Load(int target, int address, int displacement, int widthBytes, bool isSigned);

    /// <summary>Stores to memory.</summary>
    public abstract void Store(int address, int displacement, int source, int widthBytes);

    /// <summary>Arithmetic.</summary>
    public abstract void Compute(Operation operation, bool isWide, int target, int left, int right);

    /// <summary>Arithmetic with a constant.</summary>
    public abstract void ComputeConstant(Operation operation, bool isWide, int target, int left, int right);

    /// <summary>Division. The divisor is not zero, and the quotient does not overflow.</summary>
    public abstract void Divide(bool isWide, bool isSigned, bool isRemainder, int target, int left, int right);

    /// <summary>The upper 64 bits of a product of 128.</summary>
    public abstract void MultiplyHigh(bool isSigned, int target, int left, int right);

    /// <summary>The zeros below or above all ones; the width where there is no one.</summary>
    public abstract void CountZeros(bool isWide, bool isTrailing, int target, int source);

    /// <summary>The bytes in the opposite order.</summary>
    public abstract void ReverseBytes(bool isWide, int target, int source);

    /// <summary>Extends the lowest bytes to 64 bits.</summary>
    public abstract void Extend(int target, int source, int widthBytes, bool isSigned);

    /// <summary>1 where the condition holds, else 0; 64 bits.</summary>
    public abstract void SetIf(Condition condition, bool isWide, int target, int left, int right);

    /// <summary>The same with a constant.</summary>
    public abstract void SetIfConstant(Condition condition, bool isWide, int target, int left, int right);

    /// <summary>Branches where the condition holds.</summary>
    public abstract void BranchIf(Condition condition, bool isWide, int left, int right, int label);

    /// <summary>The same with a constant.</summary>
    public abstract void BranchIfConstant(Condition condition, bool isWide, int left, int right, int label);

    /// <summary>Branches.</summary>
    public abstract void Branch(int label);

    /// <summary>Takes one from <see cref="StateLayout.Countdown"/>, which is in a register of its own while regions run, and branches where it was zero before or less.</summary>
    public abstract void CountDown(int label);

    /// <summary>Branches where a 32-bit number of the state is not zero.</summary>
    public abstract void BranchIfSet(int stateOffset, int label);

    /// <summary>The distance of a branch is known.</summary>
    protected abstract void Fix(int position, int kind, int distance);

    /// <summary>A branch to a label that comes next is none.</summary>
    protected abstract void DropJumpTo(int label);

    /// <summary>Something of the code refers to a label, as the distance from an origin to it.</summary>
    protected void Refer(int label, int position, int origin, int kind) => _fixups.Add(new Fixup(label, position, origin, kind));

    /// <summary>Whether the last thing that refers to a label is this.</summary>
    protected bool IsLastReference(int label, int position) => _fixups.Count != 0 && _fixups[^1].Label == label && _fixups[^1].Position == position;

    /// <summary>Takes back the last instruction, which refers to a label.</summary>
    protected void DropLastReference(int position)
    {
        _fixups.RemoveAt(_fixups.Count - 1);
        Position = position;
    }

    /// <summary>Whether a label stands here already.</summary>
    protected bool HasLabelHere => _lastMarked == Position;

    /// <summary>Room for more bytes of code.</summary>
    protected Span<byte> Take(int bytes)
    {
        if (Position + bytes > _code.Length) Array.Resize(ref _code, _code.Length * 2);
        var at = _code.AsSpan(Position, bytes);
        Position += bytes;
        return at;
    }

    /// <summary>A byte.</summary>
    protected void Byte(int value) => Take(1)[0] = (byte)value;

    /// <summary>Four.</summary>
    protected void Word(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

    /// <summary>The code at a position.</summary>
    protected Span<byte> At(int position) => _code.AsSpan(position);

    /// <summary>See <see cref="Here"/>.</summary>
    internal readonly record struct Mark(int Position, int Fixups);

    private sealed record Fixup(int Label, int Position, int Origin, int Kind);
}

/// <summary>What all regions of a core share.</summary>
/// <param name="Enter">The function <c>int (nint state, nint place)</c>, which makes room on the stack and goes to a place in a region.</param>
/// <param name="Leave">Returns from it what is in the carrier.</param>
/// <param name="LookUp">Goes to the region at the program counter, where that is linked, else returns.</param>
/// <typeparam name="T">How places are given.</typeparam>
internal readonly record struct SharedCode<T>(T Enter, T Leave, T LookUp);

/// <summary>Where a value has its place in memory while the code runs.</summary>
/// <param name="Offset">In bytes.</param>
/// <param name="IsFrame">In the frame of the code, not in the core's state.</param>
internal readonly record struct Home(int Offset, bool IsFrame)
{
    /// <summary>Whether both are the same.</summary>
    public bool Equals(Home other) => Offset == other.Offset && IsFrame == other.IsFrame;

    /// <inheritdoc/>
    public override int GetHashCode() => Offset;
}

/// <summary>Operations with two operands.</summary>
internal enum Operation
{
    /// <summary>The sum.</summary>
    Add,

    /// <summary>The difference.</summary>
    Subtract,

    /// <summary>Bit by bit.</summary>
    And,

    /// <summary>Bit by bit.</summary>
    Or,

    /// <summary>Bit by bit.</summary>
    Xor,

    /// <summary>The lower half of the product.</summary>
    Multiply,

    /// <summary>By an amount below the width; what comes in is zeros.</summary>
    ShiftLeft,

    /// <summary>By an amount below the width; what comes in is zeros.</summary>
    ShiftRight,

    /// <summary>By an amount below the width; what comes in is the sign.</summary>
    ShiftRightSigned,

    /// <summary>By an amount modulo the width.</summary>
    RotateRight,
}

/// <summary>Comparisons of two integers.</summary>
internal enum Condition
{
    /// <summary>a = b.</summary>
    Equal,

    /// <summary>a ≠ b.</summary>
    NotEqual,

    /// <summary>a &lt; b.</summary>
    Less,

    /// <summary>a ≥ b.</summary>
    NotLess,

    /// <summary>a &gt; b.</summary>
    Greater,

    /// <summary>a ≤ b.</summary>
    NotGreater,

    /// <summary>a &lt; b, without signs.</summary>
    Below,

    /// <summary>a ≥ b, without signs.</summary>
    NotBelow,

    /// <summary>a &gt; b, without signs.</summary>
    Above,

    /// <summary>a ≤ b, without signs.</summary>
    NotAbove,
}
