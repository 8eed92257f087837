// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.CortexM.Flow;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Handlers of floating-point instructions. Each begins with a look at the unit's context.</summary>
internal static unsafe class FloatHandlers
{
    /// <summary>Between registers.</summary>
    [MethodImpl(Hot)]
    public static void Compute(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        if (cpu->FloatReady == 0 && !Prepare(cpu, i, left)) return;
        FloatMath.Execute(cpu, i);
        Next(cpu, i + i->Step, left, table);
    }

    /// <summary>The four operations of arithmetic.</summary>
    [MethodImpl(Hot)]
    public static void Arithmetic(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        if (cpu->FloatReady == 0 && !Prepare(cpu, i, left)) return;
        if (!FloatMath.TryHost(cpu, i)) FloatMath.Execute(cpu, i);
        Next(cpu, i + i->Step, left, table);
    }

    /// <summary>Between core and floating-point registers.</summary>
    [MethodImpl(Hot)]
    public static void Move(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        if (cpu->FloatReady == 0 && !Prepare(cpu, i, left)) return;
        var r = Cpu.R(cpu);
        var s = cpu->State.S;
        switch (i->Op)
        {
            case Op.VmovCoreToSingle: s[i->Rd] = r[i->Rn]; break;
            case Op.VmovSingleToCore: r[i->Rd] = s[i->Rn]; break;
            case Op.VmovCoreToTwoSingles: (s[i->Rd], s[i->Rd + 1]) = (r[i->Rn], r[i->Ra]); break;
            case Op.VmovTwoSinglesToCore: (r[i->Rd], r[i->Ra]) = (s[i->Rn], s[i->Rn + 1]); break;
            case Op.Vmsr: cpu->State.Fpscr = r[i->Rn] & FloatMath.FpscrMask; break;
            default: ReadStatus(cpu, i); break;
        }
        Next(cpu, i + i->Step, left, table);
    }

    /// <summary>VLDR, VSTR, VLDM, VSTM.</summary>
    [MethodImpl(Hot)]
    public static void Transfer(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        if (cpu->FloatReady == 0 && !Prepare(cpu, i, left)) return;
        var core = SlowPath.Begin(cpu, i, left);
        var step = i->Step;
        if (!TryTransfer(cpu, i, core))
        {
            SlowPath.Raise(cpu, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        SlowPath.Continue(cpu, i, step, left, table, core);
    }

    // To the flags of the processor where r15 is named. Arm A7.7.246.
    private static void ReadStatus(Cpu* cpu, Instruction* i)
    {
        var fpscr = cpu->State.Fpscr;
        if (i->Rd != 15)
        {
            Cpu.R(cpu)[i->Rd] = fpscr;
            return;
        }
        (cpu->State.Negative, cpu->State.NotZero) = (fpscr, ~fpscr & 1u << 30);
        (cpu->State.Carry, cpu->State.Overflow) = (fpscr >> 29 & 1, fpscr << 3);
    }

    private static bool TryTransfer(Cpu* cpu, Instruction* i, CortexMCore core)
    {
        var instruction = *i; // a store may hit this very instruction
        var r = Cpu.R(cpu);
        var isDouble = (instruction.Traits & InstructionTraits.Double) != 0;
        var isMultiple = instruction.Op is Op.Vldm or Op.Vstm;
        var isLoad = instruction.Op is Op.Vldm or Op.Vldr;
        var length = instruction.Immediate * 4;
        var isDown = (instruction.Traits & InstructionTraits.Subtract) != 0;
        var address = !isMultiple ? r[instruction.Rn] + instruction.Immediate : isDown ? r[instruction.Rn] - length : r[instruction.Rn];
        var count = isMultiple ? (isDouble ? instruction.Immediate & ~1u : instruction.Immediate) : isDouble ? 2u : 1;
        for (var k = 0u; k < count; k++)
        {
            var s = cpu->State.S + instruction.Rd + k;
            if (isLoad ? !core.Memory.TryLoadAligned(address + k * 4, 4, out *s) : !core.Memory.TryStoreAligned(address + k * 4, 4, *s)) return false;
        }
        if ((instruction.Traits & InstructionTraits.WriteBack) != 0) r[instruction.Rn] += isDown ? 0 - length : length;
        return true;
    }

    [MethodImpl(Cold)]
    private static bool Prepare(Cpu* cpu, Instruction* i, long left)
    {
        var core = SlowPath.Begin(cpu, i, left);
        var cause = core.Float.Prepare();
        if (cause == FaultCause.None) return true;
        SlowPath.Raise(cpu, i, left, cause);
        return false;
    }
}
