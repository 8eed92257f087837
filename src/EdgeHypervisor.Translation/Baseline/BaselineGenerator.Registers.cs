// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>The stack of IL, whose values are constants, locals that are still to be loaded, or registers; and which register holds what.</summary>
internal sealed partial class BaselineGenerator
{
    private const int MaximumDepth = 16;

    private readonly Item[] _stack = new Item[MaximumDepth];
    private readonly int[] _uses = new int[assembler.RegisterCount]; // by the stack, and by locals that are nowhere else
    private readonly BaselineLocal?[] _held = new BaselineLocal?[assembler.RegisterCount];
    private List<BaselineLocal> _scratch = [];
    private int _depth;
    private int _next;
    private Item _left, _right; // of what is not written yet
    private Work _work;

    private void Push(in Item item)
    {
        WriteTop();
        if (_depth == MaximumDepth) Fail();
        else _stack[_depth++] = item;
    }

    // What is written when it is known where the result goes: by the next opcode.
    private void PushUnwritten(in Item left, in Item right, StackType type, Extension extension, in Work work)
    {
        Push(new Item { Kind = ItemKind.Unwritten, Type = type, Extension = extension });
        (_left, _right, _work) = (left, right, work);
    }

    private void WriteTop()
    {
        if (_depth == 0 || _stack[_depth - 1].Kind != ItemKind.Unwritten) return;
        ref var item = ref _stack[_depth - 1];
        (item.Kind, item.Register) = (ItemKind.Register, Result(_left, _right));
        WriteTo(item.Register);
    }

    private void WriteTo(int target)
    {
        var isWide = _work.IsWide;
        switch (_work.Kind)
        {
            case WorkKind.Compute: assembler.Compute(_work.Operation, isWide, target, _left.Register, _right.Register); break;
            case WorkKind.ComputeConstant: assembler.ComputeConstant(_work.Operation, isWide, target, _left.Register, _work.Constant); break;
            case WorkKind.Extend: assembler.Extend(target, _left.Register, _work.Bytes, _work.IsSigned); break;
            case WorkKind.Load: assembler.Load(target, _left.Register, _work.Constant, _work.Bytes, _work.IsSigned); break;
        }
        Drop(_left);
        Drop(_right);
    }

    private void PushRegister(int register, StackType type, Extension extension = Extension.None) =>
        Push(new Item { Kind = ItemKind.Register, Type = type, Register = register, Extension = extension });

    private void PushConstant(long value, StackType type) => Push(new Item { Kind = ItemKind.Constant, Type = type, Value = type == StackType.Int32 ? (int)value : value });

    private Item Pop()
    {
        WriteTop();
        return PopAsItIs();
    }

    private Item PopAsItIs()
    {
        if (_depth != 0) return _stack[--_depth];
        Fail();
        return new Item { Kind = ItemKind.Constant };
    }

    private void Drop(in Item item)
    {
        if (item.Kind == ItemKind.Register) Release(item.Register);
    }

    private void Release(int register)
    {
        if (register >= 0) _uses[register]--;
    }

    // A register that nobody needs: one that holds nothing first, else the one whose turn it is.
    private int Take()
    {
        for (var i = 0; i < _uses.Length; i++)
        {
            if (_uses[i] == 0 && _held[i] is null) return Use(i);
        }
        for (var i = 0; i < _uses.Length; i++)
        {
            _next = (_next + 1) % _uses.Length;
            if (_uses[_next] != 0) continue;
            Forget(_next);
            return Use(_next);
        }
        Fail();
        return 0;
    }

    private int Use(int register)
    {
        _uses[register]++;
        return register;
    }

    private void Forget(int register)
    {
        if (_held[register] is not { } local) return;
        local.Register = BaselineLocal.None;
        _held[register] = null;
    }

    private void ForgetRegisters()
    {
        for (var i = 0; i < _held.Length; i++) Forget(i);
    }

    // The item in a register, which is its own or a local's: not to be written to.
    private int ToRegister(ref Item item)
    {
        if (item.Kind == ItemKind.Register) return item.Value == 0 ? item.Register : Sum(ref item);
        if (item.Kind == ItemKind.State) Fail();
        var register = item.Kind == ItemKind.Local ? Load(item.Local!) : Take();
        if (item.Kind == ItemKind.Constant) assembler.Constant(register, item.Value);
        item = new Item { Kind = ItemKind.Register, Type = item.Type, Register = register };
        return register;
    }

    private int Sum(ref Item item)
    {
        var register = Result(item);
        assembler.ComputeConstant(Operation.Add, item.Type == StackType.Int64, register, item.Register, (int)item.Value);
        Release(item.Register);
        item = new Item { Kind = ItemKind.Register, Type = item.Type, Register = register };
        return register;
    }

    // The register, to which the item's value is to be added.
    private int ToAddress(ref Item item)
    {
        if (item.Kind != ItemKind.Register) ToRegister(ref item);
        return item.Register;
    }

    private int Load(BaselineLocal local)
    {
        if (local.Register != BaselineLocal.None) return Use(local.Register);
        if (local.IsScratch)
        {
            Fail(); // read and never set
            return Take();
        }
        var register = Take();
        LoadHome(register, local);
        Hold(register, local);
        return register;
    }

    private void LoadHome(int register, BaselineLocal local) => assembler.LoadHome(register, local.Home, local.Type == StackType.Int32 ? 4 : local.HomeBytes);

    private BaselineLocal? FindResident(Home home)
    {
        for (var i = 0; i < _residents.Count; i++)
        {
            if (_residents[i].Constant is null && _residents[i].Home == home) return _residents[i];
        }
        return null;
    }

    private void Hold(int register, BaselineLocal local)
    {
        Forget(register);
        _held[register] = local;
        local.Register = register;
    }

    // A register for a result: that of an operand where nothing else needs it.
    private int Result(in Item operand)
    {
        var register = operand.Register;
        return operand.Kind == ItemKind.Register && _uses[register] == 1 && _held[register] is null ? Use(register) : Take();
    }

    private int Result(in Item a, in Item b)
    {
        if (a.Kind == ItemKind.Register && _uses[a.Register] == 1 && _held[a.Register] is null) return Use(a.Register);
        return Result(b);
    }

    private void LoadLocal(BaselineLocal local)
    {
        if (local is { Constant: { } value, IsResident: false }) PushConstant(value, StackType.Int64);
        else if (local.IsScratch && local.Register != BaselineLocal.None) PushRegister(Use(local.Register), local.Type);
        else Push(new Item { Kind = ItemKind.Local, Type = local.Type, Local = local });
    }

    private void StoreLocal(BaselineLocal local)
    {
        var item = local.IsResident ? PopAsItIs() : Pop();
        Settle(local);
        if (local.IsScratch)
        {
            StoreScratch(local, item);
            return;
        }
        if (local.IsResident)
        {
            StoreResident(local, item);
            return;
        }
        var register = ToRegister(ref item);
        if (local.IsSignExtended)
        {
            item = SignExtended(item);
            register = item.Register;
        }
        assembler.StoreHome(local.Home, register, local.HomeBytes);
        if (_held[register] != local)
        {
            if (local.Register != BaselineLocal.None) Forget(local.Register);
            if (_held[register] is null) Hold(register, local);
        }
        Drop(item);
    }

    private void StoreScratch(BaselineLocal local, Item item)
    {
        if (item.Kind == ItemKind.Register) ToRegister(ref item);
        if (local.Register == BaselineLocal.None && item.Kind == ItemKind.Register && _uses[item.Register] == 1 && _held[item.Register] is null)
        {
            local.Register = local.Own = item.Register; // with its use
            return;
        }
        var source = ToRegister(ref item);
        if (local.Register == BaselineLocal.None) local.Register = local.Own = Take();
        assembler.Move(local.Register, source);
        Drop(item);
    }

    // What is not written yet is written straight to where it stays.
    private void StoreResident(BaselineLocal local, Item item)
    {
        var register = local.Register;
        Forget(register); // another local may have had the same value
        if (item.Kind == ItemKind.Constant)
        {
            assembler.Constant(register, item.Value);
        }
        else if (item.Kind == ItemKind.Unwritten)
        {
            WriteTo(register);
            if (local.IsSignExtended && item.Extension != Extension.Signs) assembler.Extend(register, register, 4, isSigned: true);
        }
        else if (item.Kind == ItemKind.Register && item.Value != 0)
        {
            assembler.ComputeConstant(Operation.Add, item.Type == StackType.Int64, register, item.Register, (int)item.Value);
        }
        else
        {
            var source = ToRegister(ref item);
            if (local.IsSignExtended && item.Extension != Extension.Signs) assembler.Extend(register, source, 4, isSigned: true);
            else assembler.Move(register, source);
        }
        assembler.StoreHome(local.Home, register, local.HomeBytes);
        Drop(item);
    }

    // All 64 bits of a 32-bit item.
    private Item SignExtended(Item item)
    {
        var source = ToRegister(ref item);
        if (item.Extension == Extension.Signs) return item;
        var target = Result(item);
        assembler.Extend(target, source, 4, isSigned: true);
        Release(source);
        (item.Register, item.Extension) = (target, Extension.Signs);
        return item;
    }

    // What the stack still holds of a local that is about to change.
    private void Settle(BaselineLocal local)
    {
        for (var i = 0; i < _depth; i++)
        {
            ref var item = ref _stack[i];
            if (item.Kind == ItemKind.Local && item.Local == local) ToRegister(ref item);
            if (!(local.IsScratch || local.IsResident) || item.Kind != ItemKind.Register || item.Register != local.Register) continue;
            var copy = Take();
            assembler.Move(copy, item.Register);
            Release(item.Register);
            item.Register = copy;
        }
    }

    private enum ItemKind
    {
        Constant,
        Local,
        Register,

        /// <summary>The top alone: the result of <see cref="Work"/>, which is still to be written.</summary>
        Unwritten,

        /// <summary>The address of the core's state plus <see cref="Item.Value"/>: to load and store at, nothing else.</summary>
        State,
    }

    private enum Extension
    {
        /// <summary>Nobody knows.</summary>
        None,
        Zeros,
        Signs,
    }

    private enum WorkKind
    {
        Compute,
        ComputeConstant,
        Extend,
        Load,
    }

    private struct Work
    {
        public WorkKind Kind;
        public Operation Operation;
        public bool IsWide;
        public bool IsSigned;
        public int Bytes;

        /// <summary>The second operand, or the displacement.</summary>
        public int Constant;
    }

    private struct Item
    {
        public ItemKind Kind;
        public StackType Type;
        public int Register;

        /// <summary>Of a register: the upper half of it, where the type is 32 bits.</summary>
        public Extension Extension;

        /// <summary>The constant; what is added to the register, or to the address of the state.</summary>
        public long Value;
        public BaselineLocal? Local;
    }
}
