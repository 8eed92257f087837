// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>The opcodes: ECMA-335, partition III.</summary>
internal sealed partial class BaselineGenerator
{
    /// <inheritdoc/>
    public override void Emit(OpCode opcode)
    {
        if (HasFailed || !_isReachable) return;
        switch ((ushort)opcode.Value)
        {
            case 0x03: Push(new Item { Kind = ItemKind.State, Type = StackType.Int64 }); break; // ldarg.1
            case >= 0x15 and <= 0x1E: PushConstant(opcode.Value - 0x16, StackType.Int32); break; // ldc.i4.m1 to ldc.i4.8
            case 0x25: Duplicate(); break;
            case 0x26: Drop(Pop()); break;
            case 0x46: LoadFrom(1, isSigned: true, StackType.Int32); break;
            case 0x47: LoadFrom(1, isSigned: false, StackType.Int32); break;
            case 0x48: LoadFrom(2, isSigned: true, StackType.Int32); break;
            case 0x49: LoadFrom(2, isSigned: false, StackType.Int32); break;
            case 0x4A: LoadFrom(4, isSigned: true, StackType.Int32); break;
            case 0x4B: LoadFrom(4, isSigned: false, StackType.Int32); break;
            case 0x4C or 0x4D: LoadFrom(8, isSigned: false, StackType.Int64); break;
            case 0x4F: LoadFrom(8, isSigned: false, StackType.Float64); break;
            case 0x52: StoreTo(1); break;
            case 0x53: StoreTo(2); break;
            case 0x54: StoreTo(4); break;
            case 0x55 or 0x57: StoreTo(8); break;
            case 0x58: Compute(Operation.Add); break;
            case 0x59: Compute(Operation.Subtract); break;
            case 0x5A: Compute(Operation.Multiply); break;
            case 0x5B: Divide(isSigned: true, isRemainder: false); break;
            case 0x5C: Divide(isSigned: false, isRemainder: false); break;
            case 0x5D: Divide(isSigned: true, isRemainder: true); break;
            case 0x5E: Divide(isSigned: false, isRemainder: true); break;
            case 0x5F: Compute(Operation.And); break;
            case 0x60: Compute(Operation.Or); break;
            case 0x61: Compute(Operation.Xor); break;
            case 0x62: Compute(Operation.ShiftLeft); break;
            case 0x63: Compute(Operation.ShiftRightSigned); break;
            case 0x64: Compute(Operation.ShiftRight); break;
            case 0x65: Negate(); break;
            case 0x66: Invert(); break;
            case 0x67: Narrow(1, isSigned: true); break;
            case 0x68: Narrow(2, isSigned: true); break;
            case 0xD2: Narrow(1, isSigned: false); break;
            case 0xD1: Narrow(2, isSigned: false); break;
            case 0x69 or 0x6D: ToInt32(); break;
            case 0x6A or 0xD3: ToInt64(isSigned: true); break;
            case 0x6E or 0xE0: ToInt64(isSigned: false); break;
            case 0xFE01: SetIf(Condition.Equal); break;
            case 0xFE02: SetIf(Condition.Greater); break;
            case 0xFE03: SetIf(Condition.Above); break;
            case 0xFE04: SetIf(Condition.Less); break;
            case 0xFE05: SetIf(Condition.Below); break;
            case 0xFE13: break; // volatile.: everything here is done in order, once
            default: Fail(); break;
        }
    }

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, byte arg)
    {
        if (opcode != OpCodes.Unaligned) Fail(); // all accesses may be
    }

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, int arg)
    {
        if (HasFailed || !_isReachable) return;
        if (opcode == OpCodes.Ldc_I4) PushConstant(arg, StackType.Int32);
        else Fail();
    }

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, long arg)
    {
        if (HasFailed || !_isReachable) return;
        if (opcode == OpCodes.Ldc_I8) PushConstant(arg, StackType.Int64);
        else Fail();
    }

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, LocalBuilder local)
    {
        if (HasFailed || !_isReachable) return;
        if (opcode == OpCodes.Ldloc) LoadLocal((BaselineLocal)local);
        else if (opcode == OpCodes.Stloc) StoreLocal((BaselineLocal)local);
        else Fail();
    }

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, Label label)
    {
        if (HasFailed || !_isReachable) return;
        if (opcode == OpCodes.Br)
        {
            if (_depth == 1) _labels[label.Id].Carries = Carry();
            if (_depth != 0) Fail();
            else Jump(_labels[label.Id].Number);
            return;
        }
        if (opcode == OpCodes.Brtrue || opcode == OpCodes.Brfalse)
        {
            PushConstant(0, _stack[Math.Max(0, _depth - 1)].Type);
            BranchIf(opcode == OpCodes.Brtrue ? Condition.NotEqual : Condition.Equal, label);
        }
        else if (ConditionOf(opcode) is { } condition)
        {
            BranchIf(condition, label);
        }
        else
        {
            Fail();
        }
    }

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, MethodInfo meth)
    {
        if (HasFailed || !_isReachable) return;
        if (Is(meth, HostOperation.RotateRight(isWide: true), HostOperation.RotateRight(isWide: false))) Compute(Operation.RotateRight);
        else if (Is(meth, HostOperation.LeadingZeros(isWide: true), HostOperation.LeadingZeros(isWide: false))) CountZeros(isTrailing: false);
        else if (Is(meth, HostOperation.TrailingZeros(isWide: true), HostOperation.TrailingZeros(isWide: false))) CountZeros(isTrailing: true);
        else if (Is(meth, HostOperation.ReverseBytes(isWide: true), HostOperation.ReverseBytes(isWide: false))) ReverseBytes();
        else if (meth == HostOperation.HighProduct) MultiplyHigh(isSigned: true);
        else if (meth == HostOperation.HighProductUnsigned) MultiplyHigh(isSigned: false);
        else Fail();
    }

    private static bool Is(MethodInfo method, MethodInfo wide, MethodInfo narrow) => method == wide || method == narrow;

    private static Condition? ConditionOf(OpCode opcode) => (ushort)opcode.Value switch
    {
        0x3B => Condition.Equal,
        0x3C => Condition.NotLess,
        0x3D => Condition.Greater,
        0x3E => Condition.NotGreater,
        0x3F => Condition.Less,
        0x40 => Condition.NotEqual,
        0x41 => Condition.NotBelow,
        0x42 => Condition.Above,
        0x43 => Condition.NotAbove,
        0x44 => Condition.Below,
        _ => null,
    };

    private static Condition Swapped(Condition condition) => condition switch
    {
        Condition.Less => Condition.Greater,
        Condition.Greater => Condition.Less,
        Condition.NotLess => Condition.NotGreater,
        Condition.NotGreater => Condition.NotLess,
        Condition.Below => Condition.Above,
        Condition.Above => Condition.Below,
        Condition.NotBelow => Condition.NotAbove,
        Condition.NotAbove => Condition.NotBelow,
        _ => condition,
    };

    private static bool IsImmediate(in Item item) => item.Kind == ItemKind.Constant && item.Value == (int)item.Value;

    private void Duplicate()
    {
        var item = Pop();
        if (item.Kind == ItemKind.Register) Use(item.Register);
        Push(item);
        Push(item);
    }

    private void Compute(Operation operation)
    {
        var right = Pop();
        var left = Pop();
        if (left.Kind == ItemKind.State && right.Kind == ItemKind.Constant && operation == Operation.Add)
        {
            left.Value += right.Value;
            Push(left);
            return;
        }
        if (left.Type == StackType.Float64 || left.Kind == ItemKind.State || right.Kind == ItemKind.State)
        {
            Fail();
            return;
        }
        var isWide = left.Type == StackType.Int64;
        if (left.Kind == ItemKind.Constant && right.Kind == ItemKind.Constant && operation < Operation.RotateRight)
        {
            PushConstant(Fold(operation, isWide, left.Value, right.Value), left.Type);
            return;
        }
        if (left.Kind == ItemKind.Constant && operation is Operation.Add or Operation.And or Operation.Or or Operation.Xor or Operation.Multiply) (left, right) = (right, left);
        var type = isWide ? StackType.Int64 : StackType.Int32;
        var extension = isWide ? Extension.None : Extension.Zeros;
        if (isWide && operation is Operation.Add or Operation.Subtract && IsImmediate(right) && TryAdd(ref left, operation == Operation.Add ? right.Value : -right.Value))
        {
            Push(left);
            return;
        }
        if (IsImmediate(right))
        {
            if (right.Value == 0 && operation is Operation.Add or Operation.Subtract or Operation.Or or Operation.Xor && left.Type == type)
            {
                Push(left);
                return;
            }
            ToRegister(ref left);
            PushUnwritten(left, default, type, extension, new Work { Kind = WorkKind.ComputeConstant, Operation = operation, IsWide = isWide, Constant = (int)right.Value });
        }
        else
        {
            var sum = isWide && operation == Operation.Add ? TakeAddends(ref left, ref right) : 0;
            ToRegister(ref left);
            ToRegister(ref right);
            PushUnwritten(left, right, type, extension, new Work { Kind = WorkKind.Compute, Operation = operation, IsWide = isWide });
            if (sum == 0) return;
            WriteTop();
            _stack[_depth - 1].Value = sum;
        }
    }

    // A constant that is added waits for whether it can be part of an address.
    private bool TryAdd(ref Item item, long constant)
    {
        if (item.Kind == ItemKind.Local) ToRegister(ref item);
        if (item.Kind != ItemKind.Register || item.Value + constant != (int)(item.Value + constant)) return false;
        item.Value += constant;
        return true;
    }

    private static long TakeAddends(ref Item left, ref Item right)
    {
        if (left.Kind != ItemKind.Register || right.Kind != ItemKind.Register || left.Value + right.Value != (int)(left.Value + right.Value)) return 0;
        var sum = left.Value + right.Value;
        (left.Value, right.Value) = (0, 0);
        return sum;
    }

    private static long Fold(Operation operation, bool isWide, long a, long b)
    {
        var amount = (int)b & (isWide ? 63 : 31);
        return operation switch
        {
            Operation.Add => a + b,
            Operation.Subtract => a - b,
            Operation.And => a & b,
            Operation.Or => a | b,
            Operation.Xor => a ^ b,
            Operation.Multiply => a * b,
            Operation.ShiftLeft => a << amount,
            Operation.ShiftRight => isWide ? (long)((ulong)a >> amount) : (uint)a >> amount,
            _ => isWide ? a >> amount : (int)a >> amount,
        };
    }

    private void Divide(bool isSigned, bool isRemainder)
    {
        var right = Pop();
        var left = Pop();
        if (left.Type == StackType.Float64)
        {
            Fail();
            return;
        }
        var (a, b) = (ToRegister(ref left), ToRegister(ref right));
        var target = Result(left, right);
        assembler.Divide(left.Type == StackType.Int64, isSigned, isRemainder, target, a, b);
        Drop(left);
        Drop(right);
        PushRegister(target, left.Type, Extension.Zeros);
    }

    private void CountZeros(bool isTrailing)
    {
        var item = Pop();
        var source = ToRegister(ref item);
        var target = Result(item);
        assembler.CountZeros(item.Type == StackType.Int64, isTrailing, target, source);
        Drop(item);
        PushRegister(target, StackType.Int32, Extension.Zeros);
    }

    private void ReverseBytes()
    {
        var item = Pop();
        var source = ToRegister(ref item);
        var target = Result(item);
        assembler.ReverseBytes(item.Type == StackType.Int64, target, source);
        Drop(item);
        PushRegister(target, item.Type, Extension.Zeros);
    }

    private void MultiplyHigh(bool isSigned)
    {
        var right = Pop();
        var left = Pop();
        var (a, b) = (ToRegister(ref left), ToRegister(ref right));
        var target = Result(left, right);
        assembler.MultiplyHigh(isSigned, target, a, b);
        Drop(left);
        Drop(right);
        PushRegister(target, StackType.Int64);
    }

    private void Negate()
    {
        var item = Pop();
        PushConstant(0, item.Type);
        Push(item);
        Compute(Operation.Subtract);
    }

    private void Invert()
    {
        PushConstant(-1, _stack[Math.Max(0, _depth - 1)].Type);
        Compute(Operation.Xor);
    }

    // To 32 bits, of which fewer count.
    private void Narrow(int bytes, bool isSigned)
    {
        var item = Pop();
        if (item.Type == StackType.Float64)
        {
            Fail();
            return;
        }
        ToRegister(ref item);
        PushUnwritten(item, default, StackType.Int32, isSigned ? Extension.Signs : Extension.Zeros, new Work { Kind = WorkKind.Extend, Bytes = bytes, IsSigned = isSigned });
    }

    // The upper half of a register is nobody's business then.
    private void ToInt32()
    {
        var item = Pop();
        if (item.Type == StackType.Float64 || item.Kind == ItemKind.State)
        {
            Fail();
            return;
        }
        if (item.Kind == ItemKind.Constant) item.Value = (int)item.Value;
        item.Type = StackType.Int32;
        item.Extension = Extension.None;
        Push(item);
    }

    private void ToInt64(bool isSigned)
    {
        var extension = isSigned ? Extension.Signs : Extension.Zeros;
        if (_depth != 0 && _stack[_depth - 1] is { Kind: ItemKind.Unwritten } top && top.Extension == extension)
        {
            _stack[_depth - 1].Type = StackType.Int64; // that will be all 64 bits
            return;
        }
        var item = Pop();
        if (item.Type == StackType.Float64)
        {
            Fail();
            return;
        }
        if (item.Type == StackType.Int64)
        {
            Push(item);
            return;
        }
        if (item.Kind == ItemKind.Constant)
        {
            PushConstant(isSigned ? (int)item.Value : (uint)item.Value, StackType.Int64);
            return;
        }
        ToRegister(ref item);
        if (item.Extension == extension)
        {
            item.Type = StackType.Int64;
            Push(item);
            return;
        }
        PushUnwritten(item, default, StackType.Int64, extension, new Work { Kind = WorkKind.Extend, Bytes = 4, IsSigned = isSigned });
    }

    private void LoadFrom(int bytes, bool isSigned, StackType type)
    {
        var item = Pop();
        if (item.Kind == ItemKind.State)
        {
            if (isSigned && bytes < 4)
            {
                Fail();
                return;
            }
            var loaded = Take();
            assembler.LoadHome(loaded, new Home((int)item.Value, IsFrame: false), bytes);
            PushRegister(loaded, type, Extension.Zeros);
            return;
        }
        ToAddress(ref item);
        PushUnwritten(item, default, type, isSigned ? Extension.Signs : Extension.Zeros, new Work { Kind = WorkKind.Load, Bytes = bytes, IsSigned = isSigned, Constant = (int)item.Value });
    }

    private void StoreTo(int bytes)
    {
        var value = Pop();
        var item = Pop();
        if (item.Kind == ItemKind.State)
        {
            var home = new Home((int)item.Value, IsFrame: false);
            if (value.Kind == ItemKind.Local && value.Local!.Home == home) return; // it is there already
            if (FindResident(home) is not null) Fail();
            var stored = ToRegister(ref value);
            assembler.StoreHome(home, stored, bytes);
            Drop(value);
            return;
        }
        var address = ToAddress(ref item);
        assembler.Store(address, (int)item.Value, ToRegister(ref value), bytes);
        Drop(value);
        Drop(item);
    }

    private void SetIf(Condition condition)
    {
        var right = Pop();
        var left = Pop();
        if (left.Type == StackType.Float64)
        {
            Fail();
            return;
        }
        if (left.Kind == ItemKind.Constant) (left, right, condition) = (right, left, Swapped(condition));
        var isWide = left.Type == StackType.Int64;
        var a = ToRegister(ref left);
        int target;
        if (IsImmediate(right))
        {
            target = Result(left);
            assembler.SetIfConstant(condition, isWide, target, a, (int)right.Value);
        }
        else
        {
            var b = ToRegister(ref right);
            target = Result(left, right);
            assembler.SetIf(condition, isWide, target, a, b);
            Drop(right);
        }
        Drop(left);
        PushRegister(target, StackType.Int32, Extension.Zeros);
    }

    private void BranchIf(Condition condition, Label label)
    {
        var right = Pop();
        var left = Pop();
        if (_depth != 0 || left.Type == StackType.Float64)
        {
            Fail();
            return;
        }
        if (left.Kind == ItemKind.Constant) (left, right, condition) = (right, left, Swapped(condition));
        var isWide = left.Type == StackType.Int64;
        var number = _labels[label.Id].Number;
        var a = ToRegister(ref left);
        if (IsImmediate(right))
        {
            assembler.BranchIfConstant(condition, isWide, a, (int)right.Value, number);
        }
        else
        {
            assembler.BranchIf(condition, isWide, a, ToRegister(ref right), number);
            Drop(right);
        }
        Drop(left);
    }
}
