// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <content>What the functions are made of. Registers that must not change are bits in <c>kept</c>; they are low ones.</content>
internal sealed partial class FlowProgram
{
    private const int MaximumDepth = 3;
    private const int MaximumTimes = 4000; // that an innermost statement runs
    private const int MaximumCallCost = 60_000;
    private const int MaximumTimesBesideCode = 40;
    private const uint CalleeSaved = 0xF0; // r4 to r7
    private const uint Always = 14;

    private int _times = 1; // that a statement runs, calls aside

    private bool Maybe(int oneOf) => _random.Next(oneOf) == 0;

    private uint Low(uint kept)
    {
        while (true)
        {
            var register = (uint)_random.Next(8);
            if ((kept >> (int)register & 1) == 0) return register;
        }
    }

    // A register that is kept from now on, so that few enough are.
    private uint? Keep(ref uint kept)
    {
        if (BitOperations.PopCount(kept) >= 4) return null;
        uint register;
        do register = 4 + (uint)_random.Next(4);
        while ((kept >> (int)register & 1) != 0);
        kept |= 1u << (int)register;
        return register;
    }

    // A leaf that returns by LR, or one that saves what its callers keep and calls those that were made before it.
    private void AddFunction(int number)
    {
        var label = _code.NewLabel();
        _code.Place(label);
        if (number == 0 || Maybe(3))
        {
            for (var i = _random.Next(2, 5); i > 0; i--)
            {
                AddPlain(CalleeSaved);
                if (_isV7 && Maybe(3)) AddReturnUnderCondition(0x4770);
            }
            _code.Add(0x4770); // bx lr
            _functions.Add(new Function(label, 60));
            return;
        }
        _code.Add(0xB5F0); // push {r4-r7, lr}
        var cost = AddStatements(depth: 1, times: 1, kept: 0, callsFrom: 1);
        if (_isV7 && Maybe(2)) AddReturnUnderCondition(0xBDF0);
        AddPlain(0);
        _code.Add(0xBDF0); // pop {r4-r7, pc}
        _functions.Add(new Function(label, cost + 20));
    }

    // The last of an IT block.
    private void AddReturnUnderCondition(uint instruction)
    {
        _code.Add(0xBF08 | (uint)_random.Next(14) << 4); // it
        _code.Add(instruction);
    }

    // Returns how many instructions run at most, about, each time. Calls: 0, any; 1, only of leaves and cheap ones.
    private int AddStatements(int depth, int times, uint kept, int callsFrom)
    {
        var cost = 0;
        for (var count = _random.Next(2, depth == 0 ? 6 : 4); count > 0; count--)
        {
            cost += _random.Next(depth >= MaximumDepth ? 4 : 10) switch
            {
                0 => AddPlain(kept),
                1 => AddMemory(kept),
                2 => _isV7 ? AddIfThen(kept) : AddSmallIf(kept),
                3 => Maybe(2) ? AddSmallIf(kept) : AddFlags(kept),
                4 or 5 => AddLoop(depth, times, kept, callsFrom),
                6 => AddIf(depth, times, kept, callsFrom),
                7 => AddCall(times, kept, callsFrom),
                8 => AddFrame(depth, times, kept, callsFrom),
                _ => _isV7 && Maybe(2) ? AddSwitch(depth, times, kept, callsFrom) : AddMemoryLoop(times, kept),
            };
        }
        return cost;
    }

    private int AddPlain(uint kept)
    {
        var count = _random.Next(1, 6);
        for (var i = 0; i < count; i++) _code.Add(_instructions.Next(kept));
        return count;
    }

    // Flags from a register and back: what is set in one block is read in others.
    private int AddFlags(uint kept)
    {
        var register = Low(kept);
        if (Maybe(2)) _code.Add(0xF380_8800 | register << 16); // msr apsr_nzcvq, register
        else
        {
            _code.Add(0xF3EF_8000 | register << 8); // mrs register, apsr
            _code.Add((_isV7 ? 0x0F00u : 0x0F40) | register << 3 | register); // lsrs register, #28, or #29: Armv6-M has no Q
        }
        return 2;
    }

    private int AddSmallIf(uint kept)
    {
        var behind = _code.NewLabel();
        if (_isV7 && Maybe(3)) _code.CompareBranch(Maybe(2), (uint)_random.Next(8), behind);
        else _code.NearBranch((uint)_random.Next(14), behind);
        var cost = AddPlain(kept);
        _code.Place(behind);
        return cost + 1;
    }

    private void BranchFar(uint condition, int label)
    {
        if (_isV7 && Maybe(2))
        {
            if (condition == Always) _code.WideBranch(label);
            else _code.WideBranch(condition, label);
            return;
        }
        var skip = _code.NewLabel();
        if (condition != Always) _code.NearBranch(condition ^ 1, skip);
        if (_isV7 && Maybe(2)) _code.WideBranch(label);
        else if (_isV7 && condition == Always) AddBranchUnderCondition(label);
        else _code.Branch(label);
        _code.Place(skip);
    }

    // Both ways of a condition lead there, the second one by a branch in an IT block.
    private void AddBranchUnderCondition(int label)
    {
        var condition = (uint)_random.Next(14);
        _code.Add(0xBF08 | condition << 4);
        _code.Branch(label);
        _code.Branch(label);
    }

    private int AddIf(int depth, int times, uint kept, int callsFrom)
    {
        var (other, behind) = (_code.NewLabel(), _code.NewLabel());
        BranchFar((uint)_random.Next(14), other);
        var cost = AddStatements(depth + 1, times, kept, callsFrom);
        if (Maybe(2))
        {
            BranchFar(Always, behind);
            _code.Place(other);
            cost += AddStatements(depth + 1, times, kept, callsFrom);
        }
        else
        {
            _code.Place(other);
        }
        _code.Place(behind);
        return cost + 2;
    }

    private int AddIfThen(uint kept)
    {
        var (condition, count) = ((uint)_random.Next(14), 1 + _random.Next(4));
        var mask = 1u << (4 - count);
        for (var i = 1; i < count; i++) mask |= (uint)_random.Next(2) << (4 - i);
        var n = Low(kept);
        var accesses = Maybe(2);
        if (accesses) LoadConstant(n, SomePlace());
        _code.Add(0xBF00 | condition << 4 | mask);
        for (var i = 0; i < count; i++)
        {
            if (accesses && Maybe(2)) AddAccess(n, kept | 1u << (int)n, moves: 0, isWideToo: true);
            else _code.Add(_instructions.Next(kept | 1u << (int)n));
        }
        return count + 3;
    }

    // Somewhere in the data, with room on both sides: the holes among the code are small. QEMU is slow at them, so they are not for long loops.
    private uint SomePlace()
    {
        if (_holes.Count > 0 && _times <= MaximumTimesBesideCode && Maybe(2)) return _holes[_random.Next(_holes.Count)] + 256 + (uint)_random.Next(32) * 4;
        return _dataStart + ScratchBytes / 4 + (uint)_random.Next(ScratchBytes / 2) / 4 * 4;
    }

    private int AddMemory(uint kept)
    {
        var n = Low(kept);
        LoadConstant(n, SomePlace());
        var inner = kept | 1u << (int)n;
        var count = _random.Next(2, 7);
        for (var i = 0; i < count; i++)
        {
            if (Maybe(3)) _code.Add(_instructions.Next(inner));
            else AddAccess(n, inner, moves: 0, isWideToo: true);
        }
        return count + 2;
    }

    // A base that moves along, and a counter.
    private int AddMemoryLoop(int times, uint kept)
    {
        if (Keep(ref kept) is not { } counter || Keep(ref kept) is not { } n) return AddMemory(kept);
        var rounds = Rounds(times);
        var moves = ScratchBytes / 4 / rounds;
        LoadConstant(n, _dataStart + ScratchBytes / 2);
        LoadConstant(counter, (uint)rounds);
        var head = _code.NewLabel();
        _code.Place(head);
        var count = _random.Next(2, 6);
        for (var i = 0; i < count; i++)
        {
            if (Maybe(3)) _code.Add(_instructions.Next(kept));
            else moves -= AddAccess(n, kept, moves, isWideToo: true);
        }
        EndLoop(counter, head, kept);
        return (count + 4) * rounds;
    }

    private int Rounds(int times)
    {
        var most = Math.Max(1, MaximumTimes / times);
        return _random.Next(1, 1 + (Maybe(6) ? Math.Min(most, 900) : Math.Min(most, 12)));
    }

    private int AddLoop(int depth, int times, uint kept, int callsFrom)
    {
        if (Keep(ref kept) is not { } counter) return AddPlain(kept);
        var rounds = Rounds(times);
        LoadConstant(counter, (uint)rounds);
        var head = _code.NewLabel();
        _code.Place(head);
        _times = times * rounds;
        var cost = AddStatements(depth + 1, _times, kept, callsFrom);
        _times = times;
        EndLoop(counter, head, kept);
        return (cost + 4) * rounds;
    }

    // Some ends leave the flags alone, so that the next round reads what this one set.
    private void EndLoop(uint counter, int head, uint kept)
    {
        var exit = _code.NewLabel();
        switch (_random.Next(_isV7 ? 5 : 2))
        {
            case 0:
                _code.Add(0x3801 | counter << 8); // subs counter, #1
                BranchFar(1, head);
                break;
            case 1:
                _code.Add(0x3801 | counter << 8);
                _code.Add(0x2800 | counter << 8); // cmp counter, #0
                BranchFar(8, head); // hi
                break;
            case 2:
                _code.Add(0xF1A0_0001 | counter << 16 | counter << 8); // sub counter, #1
                _code.CompareBranch(false, counter, exit);
                BranchFar(Always, head);
                break;
            case 3:
                _code.Add(0xF1B0_0001 | counter << 16 | counter << 8); // subs.w counter, #1
                _code.Add(0xBF14); // ite ne
                _code.Add(_instructions.Next(kept));
                _code.Add(_instructions.Next(kept));
                _code.Add(0x2800 | counter << 8);
                _code.WideBranch(1, head);
                break;
            default:
                _code.Add(0x3801 | counter << 8);
                _code.Add(0xBF18); // it ne
                _code.WideBranch(head);
                break;
        }
        _code.Place(exit);
    }

    private int AddCall(int times, uint kept, int callsFrom)
    {
        var most = MaximumCallCost / times / (callsFrom == 0 ? 1 : 20);
        var callable = _functions.Where(f => f.Cost <= most).ToList();
        if (callable.Count == 0) return AddPlain(kept);
        var function = callable[_random.Next(callable.Count)];
        if (Maybe(3))
        {
            var register = Low(kept);
            AddAddress(register, function.Label);
            _code.Add(0x4780 | register << 3); // blx register
        }
        else
        {
            _code.Call(function.Label);
        }
        return function.Cost + 4;
    }

    // Functions lie before what calls them, so that their addresses are known.
    private void AddAddress(uint register, int label) => LoadConstant(register, _code.AddressOf(label) | 1);

    // Words on the stack that change places, and are read and written by SP.
    private int AddFrame(int depth, int times, uint kept, int callsFrom)
    {
        var count = 2 + _random.Next(3);
        _code.Add(0xB400 | SomeRegisters(count, 0)); // push
        var cost = AddStatements(depth + 1, times, kept, callsFrom);
        for (var i = _random.Next(3); i > 0; i--) _code.Add((Maybe(2) ? 0x9000 : 0x9800 | Low(kept) << 8) | (uint)_random.Next(count)); // str r0 or ldr, [sp, …]
        if (8 - BitOperations.PopCount(kept) >= count) _code.Add(0xBC00 | SomeRegisters(count, kept)); // pop
        else _code.Add(0xB000 | (uint)count); // add sp, …
        return cost + 6;
    }

    private uint SomeRegisters(int count, uint kept)
    {
        var registers = 0u;
        while (BitOperations.PopCount(registers) < count) registers |= 1u << (int)Low(kept);
        return registers;
    }

    private int AddSwitch(int depth, int times, uint kept, int callsFrom)
    {
        var (index, from) = (Low(kept), (uint)_random.Next(8));
        _code.Add(0xF000_0003 | from << 16 | index << 8); // and index, from, #3
        var (cases, behind) = (Enumerable.Range(0, 4).Select(_ => _code.NewLabel()).ToList(), _code.NewLabel());
        _code.TableBranch(index, cases);
        var cost = 0;
        foreach (var label in cases)
        {
            _code.Place(label);
            cost = Math.Max(cost, depth + 1 < MaximumDepth && Maybe(3) ? AddStatements(depth + 1, times, kept, callsFrom) : AddPlain(kept));
            if (!Maybe(3)) BranchFar(Always, behind);
        }
        _code.Place(behind);
        return 4 * cost + 3;
    }

    // One load or store near what n points to. Returns by how many bytes n moves at most.
    private int AddAccess(uint n, uint kept, int moves, bool isWideToo)
    {
        var (t, s, imm) = (Low(kept), (uint)_random.Next(8), (uint)_random.Next(32));
        if (_isV7 && isWideToo && Maybe(2)) return AddWideAccess(n, kept, moves);
        switch (_random.Next(8))
        {
            case 0: _code.Add(0x6000 | imm << 6 | n << 3 | s); return 0; // str
            case 1: _code.Add(0x6800 | imm << 6 | n << 3 | t); return 0;
            case 2: _code.Add(0x7000 | imm << 6 | n << 3 | s); return 0;
            case 3: _code.Add(0x7800 | imm << 6 | n << 3 | t); return 0;
            case 4: _code.Add(0x8000 | imm << 6 | n << 3 | s); return 0;
            case 5: _code.Add(0x8800 | imm << 6 | n << 3 | t); return 0;
            case 6 when moves >= 16:
                var list = SomeRegisters(1 + _random.Next(3), kept);
                _code.Add((Maybe(2) ? 0xC000u : 0xC800) | n << 8 | list); // stmia or ldmia n!
                return 4 * BitOperations.PopCount(list);
            case 7 when moves >= 8:
                _code.Add((Maybe(2) ? 0x3000u : 0x3800) | n << 8 | 4); // adds or subs n, #4
                return 4;
            default: _code.Add(0x6800 | n << 3 | t); return 0;
        }
    }

    private int AddWideAccess(uint n, uint kept, int moves)
    {
        var (t, t2, imm) = (Low(kept), Low(kept), (uint)_random.Next(256));
        var step = (uint)Math.Min(moves, 255) / 8 * 8;
        switch (_random.Next(9))
        {
            case 0: _code.Add(0xF8D0_0000 | n << 16 | t << 12 | imm); return 0; // ldr, at times not aligned
            case 1: _code.Add(0xF8C0_0000 | n << 16 | t << 12 | imm); return 0; // str
            case 2: _code.Add(0xF910_0C00 | n << 16 | t << 12 | imm); return 0; // ldrsb, below
            case 3: _code.Add(0xF820_0C00 | n << 16 | t << 12 | imm); return 0; // strh, below
            case 4 when t != t2: _code.Add(0xE950_0000 | n << 16 | t << 12 | t2 << 8 | imm / 4 | (uint)_random.Next(2) << 23); return 0; // ldrd
            case 5: _code.Add(0xE940_0000 | n << 16 | t << 12 | t2 << 8 | imm / 4 | (uint)_random.Next(2) << 23); return 0; // strd
            case 6 when step > 0 && t != n: _code.Add(0xF850_0900 | n << 16 | t << 12 | (uint)_random.Next(4) << 9 & 0x600 | 0x100 | (step & 0xF8)); return (int)step; // ldr with write-back
            case 7 when step > 0 && t != n: _code.Add(0xF840_0900 | n << 16 | t << 12 | (uint)_random.Next(4) << 9 & 0x600 | 0x100 | (step & 0xF8)); return (int)step; // str
            case 8 when _hasFloat: _code.Add((Maybe(2) ? 0xED80_0A00u : 0xED90_0A00) | n << 16 | (uint)_random.Next(16) << 12 | imm / 4); return 0; // vstr or vldr
            default: _code.Add(0xF8D0_0000 | n << 16 | t << 12 | imm & ~3u); return 0;
        }
    }
}
