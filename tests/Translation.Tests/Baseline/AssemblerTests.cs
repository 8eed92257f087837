// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;

namespace EdgeHypervisor.Translation.Tests;

/// <summary>What the assembler of this host writes does what C# does.</summary>
public sealed unsafe class AssemblerTests : IDisposable
{
    private const int A = 0;
    private const int B = 1;
    private const int Result = 2;
    private const int LeftAfter = 3;
    private const int RightAfter = 4;

    private static readonly long[] Operands =
    [
        0, 1, -1, 2, 31, 32, 33, 63, 64, int.MinValue, int.MaxValue, long.MinValue, long.MaxValue, uint.MaxValue, 0x8000_0000, 0x1_0000_0000,
        0x5555_5555_5555_5555, 0x80, 0x8000, unchecked((long)0x8123_4567_89AB_CDEF), .. Random(12),
    ];

    private static readonly int[] Constants =
    [
        0, 1, -1, 5, 31, 32, 63, 255, 0xFFF, 0x1000, 0x1001, 0x00FF_F000, 0x0100_0000, 0x00AB_CDEF, -5, -0xFFF, -0x1000, -0x1001, -0x00AB_CDEF, -0x0100_0000,
        int.MinValue, int.MaxValue, 0xFF00, 0xFFFF, -0x1_0000, -0xFF01, 0x7FFF_FFFE, 0x5555_5555, 0x0F0F_0F0F, 0x00FF_00FF, -16, 0x3FFC, 0x8001, unchecked((int)0x8000_0001),
        unchecked((int)0xAAAA_AAAA), unchecked((int)0xE000_0007), .. Random(12).Select(value => (int)value),
    ];

    private readonly HostCode _host = new();

    public static TheoryData<int, bool> Operations => Matrix<Operation>();

    public static TheoryData<int, bool> Conditions => Matrix<Condition>();

    [Theory]
    [MemberData(nameof(Operations))]
    public void Arithmetic_is_that_of_the_language(int operation, bool isWide) =>
        Check((assembler, target, left, right) => assembler.Compute((Operation)operation, isWide, target, left, right), isWide, (a, b) => Compute((Operation)operation, isWide, a, b));

    [Theory]
    [MemberData(nameof(Operations))]
    public void Arithmetic_with_a_constant_is_that_of_the_language(int operation, bool isWide)
    {
        foreach (var constant in Constants)
        {
            Check(
                (assembler, target, left) => assembler.ComputeConstant((Operation)operation, isWide, target, left, Amount((Operation)operation, isWide, constant)),
                isWide,
                a => Compute((Operation)operation, isWide, a, constant));
        }
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(true, true, true)]
    public void Division_is_that_of_the_language(bool isWide, bool isSigned, bool isRemainder) => Check(
        (assembler, target, left, right) => assembler.Divide(isWide, isSigned, isRemainder, target, left, right),
        isWide,
        (a, b) => Divide(isWide, isSigned, isRemainder, a, b),
        mayDivide: (a, b) => isWide ? b != 0 && (a != long.MinValue || b != -1) : (int)b != 0 && ((int)a != int.MinValue || (int)b != -1));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_upper_half_of_a_product_is_that_of_the_language(bool isSigned) => Check(
        (assembler, target, left, right) => assembler.MultiplyHigh(isSigned, target, left, right),
        isWide: true,
        (a, b) => isSigned ? Math.BigMul(a, b, out _) : (long)Math.BigMul((ulong)a, (ulong)b, out _));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Zeros_are_counted_from_both_ends(bool isWide)
    {
        Check((assembler, target, source) => assembler.CountZeros(isWide, isTrailing: false, target, source), isWide: false, a => isWide ? BitOperations.LeadingZeroCount((ulong)a) : BitOperations.LeadingZeroCount((uint)a));
        Check((assembler, target, source) => assembler.CountZeros(isWide, isTrailing: true, target, source), isWide: false, a => isWide ? BitOperations.TrailingZeroCount(a) : BitOperations.TrailingZeroCount((int)a));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_are_reversed(bool isWide) => Check(
        (assembler, target, source) => assembler.ReverseBytes(isWide, target, source),
        isWide,
        a => isWide ? BinaryPrimitives.ReverseEndianness(a) : BinaryPrimitives.ReverseEndianness((int)a));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Narrower_values_are_extended_to_all_bits(int bytes)
    {
        Check((assembler, target, source) => assembler.Extend(target, source, bytes, isSigned: false), isWide: true, a => Extend(a, bytes, isSigned: false));
        Check((assembler, target, source) => assembler.Extend(target, source, bytes, isSigned: true), isWide: true, a => Extend(a, bytes, isSigned: true));
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public void A_condition_is_a_number_of_all_bits(int condition, bool isWide)
    {
        Check((assembler, target, left, right) => assembler.SetIf((Condition)condition, isWide, target, left, right), isWide: true, (a, b) => Holds((Condition)condition, isWide, a, b) ? 1 : 0);
        foreach (var constant in Constants)
        {
            Check((assembler, target, left) => assembler.SetIfConstant((Condition)condition, isWide, target, left, constant), isWide: true, a => Holds((Condition)condition, isWide, a, constant) ? 1 : 0);
        }
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public void A_branch_is_taken_where_its_condition_holds(int condition, bool isWide)
    {
        Check(
            (assembler, target, left, right) => Choose(assembler, target, label => assembler.BranchIf((Condition)condition, isWide, left, right, label)),
            isWide: true,
            (a, b) => Holds((Condition)condition, isWide, a, b) ? 7 : 8,
            hasOwnTarget: true);
        foreach (var constant in Constants)
        {
            Check(
                (assembler, target, left) => Choose(assembler, target, label => assembler.BranchIfConstant((Condition)condition, isWide, left, constant, label)),
                isWide: true,
                a => Holds((Condition)condition, isWide, a, constant) ? 7 : 8,
                hasOwnTarget: true);
        }
    }

    [Fact]
    public void Constants_of_all_kinds_are_loaded()
    {
        foreach (var value in Operands.Concat(Constants.Select(constant => (long)constant)).Concat(Constants.Select(constant => (long)constant << 16 ^ constant)).Concat(Constants.Select(constant => (uint)constant * 0x1_0000_0001)))
        {
            _host.Run(_host.Write(assembler =>
            {
                assembler.Constant(1, value);
                assembler.StoreHome(HostCode.Slot(Result), 1, 8);
            }));
            Assert.Equal(value, _host[Result]);
        }
    }

    [Fact]
    public void All_registers_hold_values_of_their_own()
    {
        var count = HostAssembler.TryCreate()!.RegisterCount;
        var place = _host.Write(assembler =>
        {
            for (var i = 0; i <= count; i++) assembler.Constant(i, Operands[i] ^ 0x1234);
            for (var i = 0; i <= count; i++) assembler.StoreHome(HostCode.Slot(i), i, 8);
            for (var i = 0; i < count; i++) assembler.Move(i, i + 1);
            for (var i = 0; i <= count; i++) assembler.StoreHome(HostCode.Slot(100 + i), i, 8);
        });
        Assert.Equal((int)(Operands[count] ^ 0x1234), _host.Run(place));
        for (var i = 0; i <= count; i++) Assert.Equal(Operands[i] ^ 0x1234, _host[i]);
        for (var i = 0; i < count; i++) Assert.Equal(_host[i + 1], _host[100 + i]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Memory_is_loaded_and_stored_by_width(int bytes)
    {
        var buffer = _host.State + 4096;
        foreach (var (offset, isSigned) in new[] { 0, 3, 8 }.SelectMany(offset => new[] { (offset, false), (offset, true) }))
        {
            var displacement = offset * 1000 - 8000;
            foreach (var isSame in new[] { false, true })
            {
                var place = _host.Write(assembler =>
                {
                    assembler.Constant(0, (nint)buffer + offset - displacement);
                    assembler.Load(isSame ? 0 : 1, 0, displacement, bytes, isSigned);
                    assembler.StoreHome(HostCode.Slot(Result), isSame ? 0 : 1, 8);
                    assembler.Constant(5, (nint)buffer + 64 + offset - displacement);
                    assembler.LoadHome(6, HostCode.Slot(A), 8);
                    assembler.Store(5, displacement, 6, bytes);
                });
                foreach (var value in Operands)
                {
                    *(long*)(buffer + offset) = value;
                    *(long*)(buffer + 64 + offset) = 0x7777_7777_7777_7777;
                    _host[A] = value;
                    _host.Run(place);
                    Assert.Equal(Extend(value, bytes, isSigned), _host[Result]);
                    Assert.Equal(Replaced(0x7777_7777_7777_7777, value, bytes), *(long*)(buffer + 64 + offset));
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Homes_are_reached_wherever_they_are(int bytes)
    {
        int[] places = [512, 640, 1000, 1001, 1002, 4095, 4096, 8188, 8192, 8197, 16380, 16384, 32760, 32768, 32769, 50000];
        foreach (var offset in places) CheckHome(new Home(offset, IsFrame: false), bytes);
        foreach (var offset in new[] { 0, 8, 100, 248, 256, 1024, HostAssembler.FrameBytes - 8 }) CheckHome(new Home(offset, IsFrame: true), bytes);
    }

    [Fact]
    public void The_frame_is_not_the_state()
    {
        _host[A] = 0x1111;
        _host.Run(_host.Write(assembler =>
        {
            assembler.LoadHome(0, HostCode.Slot(A), 8);
            for (var offset = 0; offset < HostAssembler.FrameBytes; offset += 8) assembler.StoreHome(new Home(offset, IsFrame: true), 0, 8);
        }));
        for (var offset = 0; offset < HostCode.StateBytes; offset += 8)
        {
            if (offset >= HostCode.Free + 8) Assert.Equal(0, *(long*)(_host.State + offset));
        }
    }

    [Fact]
    public void Branches_lead_forwards_and_backwards()
    {
        var place = _host.Write(assembler =>
        {
            var (head, end, test) = (assembler.DefineLabel(), assembler.DefineLabel(), assembler.DefineLabel());
            assembler.Constant(0, 0);
            assembler.LoadHome(1, HostCode.Slot(A), 8);
            assembler.Branch(test);
            assembler.MarkLabel(head);
            assembler.Compute(Operation.Add, isWide: true, 0, 0, 1);
            assembler.ComputeConstant(Operation.Subtract, isWide: true, 1, 1, 1);
            assembler.MarkLabel(test);
            assembler.BranchIfConstant(Condition.Equal, isWide: true, 1, 0, end);
            assembler.Branch(head);
            assembler.MarkLabel(end);
            assembler.StoreHome(HostCode.Slot(Result), 0, 8);
        });
        _host[A] = 1000;
        _host.Run(place);
        Assert.Equal(500500, _host[Result]);
    }

    [Fact]
    public void A_branch_leads_far()
    {
        _host.Run(_host.Write(assembler =>
        {
            var (back, there, end) = (assembler.DefineLabel(), assembler.DefineLabel(), assembler.DefineLabel());
            assembler.Constant(0, 3);
            assembler.BranchIfConstant(Condition.Equal, isWide: false, 0, 3, there);
            assembler.MarkLabel(back);
            assembler.Constant(0, 5);
            assembler.Branch(end);
            for (var i = 0; i < 50_000; i++) assembler.ComputeConstant(Operation.Add, isWide: true, 0, 0, 1);
            assembler.MarkLabel(there);
            assembler.BranchIfConstant(Condition.Greater, isWide: true, 0, 2, back);
            assembler.MarkLabel(end);
            assembler.StoreHome(HostCode.Slot(Result), 0, 8);
        }));
        Assert.Equal(5, _host[Result]);
    }

    [Fact]
    public void A_branch_to_the_very_next_place_is_none_unless_one_leads_behind_it()
    {
        var assembler = HostAssembler.TryCreate()!;
        var (next, other, last) = (assembler.DefineLabel(), assembler.DefineLabel(), assembler.DefineLabel());
        assembler.Constant(0, 1);
        var before = assembler.Position;
        assembler.Branch(next);
        assembler.MarkLabel(next);
        Assert.Equal(before, assembler.Position);
        assembler.Branch(last);
        assembler.MarkLabel(other);
        var behind = assembler.Position;
        assembler.MarkLabel(last);
        Assert.True(behind > before);
        Assert.Equal(behind, assembler.PositionOf(last));
        Assert.Equal(behind, assembler.Finish().Length);
    }

    [Fact]
    public void What_is_taken_back_leaves_no_trace()
    {
        _host[Result] = 0;
        _host.Run(_host.Write(assembler =>
        {
            assembler.Constant(0, 11);
            var mark = assembler.Here;
            assembler.Constant(0, 12);
            assembler.Branch(assembler.DefineLabel()); // which stands nowhere
            assembler.Return(mark);
            assembler.StoreHome(HostCode.Slot(Result), 0, 8);
        }));
        Assert.Equal(11, _host[Result]);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(-1, true)]
    [InlineData(int.MaxValue, false)]
    [InlineData(int.MinValue, true)]
    public void Counting_down_branches_below_zero(int count, bool isTaken)
    {
        _host.Countdown = count;
        _host.Run(_host.Write(assembler => Choose(assembler, 3, label => assembler.CountDown(label), store: true)));
        Assert.Equal(isTaken ? 7 : 8, _host[Result]);
        Assert.Equal(count - 1, _host.Countdown);
        Assert.Equal(1000, _host.Budget);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(int.MinValue, true)]
    public void What_is_set_in_the_state_branches(int value, bool isTaken)
    {
        foreach (var offset in new[] { 512, 20_000 })
        {
            *(int*)(_host.State + offset) = value;
            *(int*)(_host.State + offset + 4) = 0x1234;
            _host.Run(_host.Write(assembler => Choose(assembler, 3, label => assembler.BranchIfSet(offset, label), store: true)));
            Assert.Equal(isTaken ? 7 : 8, _host[Result]);
        }
    }

    [Theory]
    [InlineData(0x8000_1234UL)]
    [InlineData(0x2UL)]
    [InlineData(0xFFFF_FFFF_8000_0FFEUL)]
    public void Code_goes_on_in_the_code_that_is_linked(ulong address)
    {
        var context = new RegionContext { Code = 0x1234_5678, Data = 0x4321 };
        var (first, second) = (_host.WriteLinked(_ => { }), _host.Write(assembler => assembler.Constant(assembler.Carrier, 77)));
        (_host.ProgramCounter, _host.Epoch, _host.Context) = (address, 5, context);
        _host.Links.Set(address, 5, context, second);
        Assert.Equal(77, _host.Run(first));
        Assert.Equal((999, 999), (_host.Budget, _host.Countdown));

        AssertLeft(() => _host.ProgramCounter ^= 1UL << 40, () => _host.ProgramCounter ^= 1UL << 40);
        AssertLeft(() => _host.ProgramCounter += 2, () => _host.ProgramCounter -= 2);
        AssertLeft(() => _host.Epoch++, () => _host.Epoch--);
        AssertLeft(() => _host.Context = context with { Code = 1 }, () => _host.Context = context);
        AssertLeft(() => _host.Context = context with { Data = 1 }, () => _host.Context = context);
        AssertLeft(() => _host.StopRequest = 1, () => _host.StopRequest = 0);
        AssertLeft(() => _host.Budget = 1, () => _host.Budget = 1000);
        AssertLeft(() => _host.Budget = -5, () => _host.Budget = 1000);
        _host.Links.Clear();
        Assert.Equal((int)RegionExit.Left, _host.Run(first));

        void AssertLeft(Action change, Action restore)
        {
            change();
            Assert.Equal((int)RegionExit.Left, _host.Run(first));
            restore();
            Assert.Equal(77, _host.Run(first));
        }
    }

    [Fact]
    public void Code_comes_back_when_it_is_to_be_counted()
    {
        var (first, second) = (_host.WriteLinked(_ => { }), _host.Write(assembler => assembler.Constant(assembler.Carrier, 77)));
        (_host.ProgramCounter, _host.Countdown) = (0x100, 1);
        _host.Links.Set(0x100, 0, default, second);
        Assert.Equal(77, _host.Run(first));
        Assert.Equal((int)RegionExit.Sampled, _host.Run(first));
    }

    [Fact]
    public void Where_regions_count_instructions_going_on_costs_nothing()
    {
        using var host = new HostCode(countsExactly: true);
        var (first, second) = (host.WriteLinked(_ => { }), host.Write(assembler => assembler.Constant(assembler.Carrier, 77)));
        (host.ProgramCounter, host.Budget) = (0x100, 1);
        host.Links.Set(0x100, 0, default, second);
        Assert.Equal(77, host.Run(first));
        Assert.Equal(1, host.Budget);
        host.Budget = 0;
        Assert.Equal((int)RegionExit.Left, host.Run(first));
    }

    public void Dispose() => _host.Dispose();

    private static TheoryData<int, bool> Matrix<T>()
        where T : struct, Enum
    {
        var data = new TheoryData<int, bool>();
        foreach (var value in Enum.GetValues<T>())
        {
            data.Add(Convert.ToInt32(value, provider: null), false);
            data.Add(Convert.ToInt32(value, provider: null), true);
        }
        return data;
    }

    private static IEnumerable<long> Random(int count)
    {
        var random = new Random(1);
        for (var i = 0; i < count; i++) yield return random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(40);
    }

    // 7 where the branch is taken, else 8.
    private static void Choose(HostAssembler assembler, int target, Action<int> branch, bool store = false)
    {
        var (taken, end) = (assembler.DefineLabel(), assembler.DefineLabel());
        branch(taken);
        assembler.Constant(target, 8);
        assembler.Branch(end);
        assembler.MarkLabel(taken);
        assembler.Constant(target, 7);
        assembler.MarkLabel(end);
        if (store) assembler.StoreHome(HostCode.Slot(Result), target, 8);
    }

    private static int Amount(Operation operation, bool isWide, int value) => operation >= Operation.ShiftLeft ? value & (isWide ? 63 : 31) : value;

    private static long Compute(Operation operation, bool isWide, long a, long b)
    {
        var (left, right, shift) = ((int)a, (int)b, (int)b);
        return operation switch
        {
            Operation.Add => a + b,
            Operation.Subtract => a - b,
            Operation.And => a & b,
            Operation.Or => a | b,
            Operation.Xor => a ^ b,
            Operation.Multiply => a * b,
            Operation.ShiftLeft => isWide ? a << shift : left << shift,
            Operation.ShiftRight => isWide ? a >>> shift : left >>> shift,
            Operation.ShiftRightSigned => isWide ? a >> shift : left >> shift,
            _ => isWide ? (long)BitOperations.RotateRight((ulong)a, shift) : BitOperations.RotateRight((uint)a, right),
        };
    }

    private static long Divide(bool isWide, bool isSigned, bool isRemainder, long a, long b) => (isWide, isSigned) switch
    {
        (true, true) => isRemainder ? a % b : a / b,
        (true, false) => (long)(isRemainder ? (ulong)a % (ulong)b : (ulong)a / (ulong)b),
        (false, true) => isRemainder ? (int)a % (int)b : (int)a / (int)b,
        _ => isRemainder ? (uint)a % (uint)b : (uint)a / (uint)b,
    };

    private static bool Holds(Condition condition, bool isWide, long a, long b)
    {
        if (!isWide) (a, b) = ((int)a, (int)b);
        return condition switch
        {
            Condition.Equal => a == b,
            Condition.NotEqual => a != b,
            Condition.Less => a < b,
            Condition.NotLess => a >= b,
            Condition.Greater => a > b,
            Condition.NotGreater => a <= b,
            Condition.Below => (ulong)a < (ulong)b,
            Condition.NotBelow => (ulong)a >= (ulong)b,
            Condition.Above => (ulong)a > (ulong)b,
            _ => (ulong)a <= (ulong)b,
        };
    }

    private static long Extend(long value, int bytes, bool isSigned)
    {
        var shift = 64 - 8 * bytes;
        return isSigned ? value << shift >> shift : value << shift >>> shift;
    }

    private static long Replaced(long old, long value, int bytes) => Extend(value, bytes, isSigned: false) | (bytes == 8 ? 0 : old >> (8 * bytes) << (8 * bytes));

    // Sources and target are the same or others, and registers from everywhere.
    private static IEnumerable<(int Target, int Left, int Right)> Registers(bool hasOwnTarget)
    {
        var last = HostAssembler.TryCreate()!.RegisterCount - 1;
        yield return (2, 0, 1);
        yield return (5, last, 3);
        yield return (last, 4, 5);
        yield return (7, 6, 6);
        if (hasOwnTarget) yield break;
        yield return (0, 0, 1);
        yield return (1, 0, 1);
        yield return (last - 1, last - 1, last);
        yield return (last, last - 1, last);
        yield return (3, 3, 3);
    }

    private void Check(Action<HostAssembler, int, int, int> write, bool isWide, Func<long, long, long> expected, Func<long, long, bool>? mayDivide = null, bool hasOwnTarget = false)
    {
        foreach (var (target, left, right) in Registers(hasOwnTarget))
        {
            var place = _host.Write(assembler =>
            {
                assembler.LoadHome(left, HostCode.Slot(A), 8);
                if (right != left) assembler.LoadHome(right, HostCode.Slot(B), 8);
                write(assembler, target, left, right);
                assembler.StoreHome(HostCode.Slot(Result), target, 8);
                assembler.StoreHome(HostCode.Slot(LeftAfter), left, 8);
                assembler.StoreHome(HostCode.Slot(RightAfter), right, 8);
            });
            foreach (var a in Operands)
            {
                foreach (var other in Operands)
                {
                    var b = right == left ? a : other;
                    if (mayDivide?.Invoke(a, b) == false) continue;
                    (_host[A], _host[B]) = (a, b);
                    _host.Run(place);
                    var message = $"r{target} from r{left} = 0x{a:x}, r{right} = 0x{b:x}";
                    AssertEqual(expected(a, b), _host[Result], isWide, message);
                    if (left != target) AssertEqual(a, _host[LeftAfter], isWide: true, message);
                    if (right != target) AssertEqual(b, _host[RightAfter], isWide: true, message);
                    if (right == left) break;
                }
            }
        }
    }

    private void Check(Action<HostAssembler, int, int> write, bool isWide, Func<long, long> expected, bool hasOwnTarget = false)
    {
        foreach (var (target, source, _) in Registers(hasOwnTarget))
        {
            var place = _host.Write(assembler =>
            {
                assembler.LoadHome(source, HostCode.Slot(A), 8);
                write(assembler, target, source);
                assembler.StoreHome(HostCode.Slot(Result), target, 8);
                assembler.StoreHome(HostCode.Slot(LeftAfter), source, 8);
            });
            foreach (var a in Operands)
            {
                _host[A] = a;
                _host.Run(place);
                var message = $"r{target} from r{source} = 0x{a:x}";
                AssertEqual(expected(a), _host[Result], isWide, message);
                if (source != target) AssertEqual(a, _host[LeftAfter], isWide: true, message);
            }
        }
    }

    private void CheckHome(Home home, int bytes)
    {
        var place = _host.Write(assembler =>
        {
            assembler.Constant(0, 0x7777_7777_7777_7777);
            assembler.StoreHome(home, 0, 8);
            assembler.LoadHome(1, HostCode.Slot(A), 8);
            assembler.StoreHome(home, 1, bytes);
            assembler.LoadHome(2, home, bytes);
            assembler.StoreHome(HostCode.Slot(Result), 2, 8);
            assembler.LoadHome(3, home, 8);
            assembler.StoreHome(HostCode.Slot(LeftAfter), 3, 8);
        });
        foreach (var value in Operands)
        {
            _host[A] = value;
            _host.Run(place);
            Assert.Equal(Extend(value, bytes, isSigned: false), _host[Result]);
            Assert.Equal(Replaced(0x7777_7777_7777_7777, value, bytes), _host[LeftAfter]);
            if (!home.IsFrame) Assert.Equal(_host[LeftAfter], *(long*)(_host.State + home.Offset));
        }
    }

    private static void AssertEqual(long expected, long actual, bool isWide, string message)
    {
        if (isWide ? expected != actual : (int)expected != (int)actual) Assert.Fail($"{message}: 0x{expected:x} expected, 0x{actual:x} found");
    }
}
