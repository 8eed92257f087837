// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.CortexM.Flow;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Handlers of instructions that compute registers from registers.</summary>
internal static unsafe class Computations
{
    /// <summary>One result; see <see cref="Computation"/>.</summary>
    [MethodImpl(Hot)]
    public static void One(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var r = Cpu.R(cpu);
        r[i->Rd] = Computation.Evaluate(cpu, i, r[i->Rn], r[i->Rm], r[i->Ra]);
        Next(cpu, i + i->Step, left, table);
    }

    /// <summary>A division, which may trap on zero. Arm B3.2.8, CCR.DIV_0_TRP.</summary>
    [MethodImpl(Hot)]
    public static void Divide(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var r = Cpu.R(cpu);
        if (r[i->Rm] == 0 && (cpu->State.Ccr & ConfigurationControl.DivideByZeroTrap) != 0)
        {
            SlowPath.Raise(cpu, i, left, FaultCause.DivideByZero);
            return;
        }
        r[i->Rd] = Computation.Evaluate(cpu, i, r[i->Rn], r[i->Rm], 0);
        Next(cpu, i + i->Step, left, table);
    }

    /// <summary>A result of 64 bits in Rd (low) and Ra (high).</summary>
    [MethodImpl(Hot)]
    public static void Two(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var r = Cpu.R(cpu);
        var result = Long(i, r[i->Rn], r[i->Rm], r[i->Rd], r[i->Ra]);
        r[i->Rd] = (uint)result;
        r[i->Ra] = (uint)(result >> 32);
        Next(cpu, i + i->Step, left, table);
    }

    /// <summary>The result of a long multiplication. Arm A4.4.3.</summary>
    public static ulong Long(Instruction* i, uint n, uint m, uint low, uint high)
    {
        var old = (ulong)high << 32 | low;
        return i->Op switch
        {
            Op.Smull => (ulong)((long)(int)n * (int)m),
            Op.Umull => (ulong)n * m,
            Op.Smlal => old + (ulong)((long)(int)n * (int)m),
            Op.Umlal => old + (ulong)n * m,
            Op.Umaal => (ulong)n * m + low + high,
            Op.SmlalHalves => old + (ulong)(Simd.Half(n, i->Traits & InstructionTraits.X) * (long)Simd.Half(m, i->Traits & InstructionTraits.Y)),
            Op.Smlald => old + (ulong)Simd.Products(i, n, m, add: true),
            _ => old + (ulong)Simd.Products(i, n, m, add: false),
        };
    }
}
