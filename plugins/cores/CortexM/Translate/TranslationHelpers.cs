// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Reflection;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>What translated code calls: the interpreter's own arithmetic, where writing it out as IL would gain nothing.</summary>
internal static unsafe class TranslationHelpers
{
    public static MethodInfo Shift { get; } = Of(nameof(ShiftByRegister));

    public static MethodInfo Rotate { get; } = Of(nameof(RotateByRegister));

    public static MethodInfo Compute { get; } = Of(nameof(ComputeOne));

    public static MethodInfo ComputeLong { get; } = Of(nameof(ComputeTwo));

    public static MethodInfo Float { get; } = Of(nameof(RunFloat));

    public static MethodInfo FloatArithmetic { get; } = Of(nameof(RunFloatArithmetic));

    /// <summary>An instruction as the two constants that the helpers take.</summary>
    public static (long Low, long High) Pack(Instruction i) => (((long*)&i)[0], ((long*)&i)[1]);

    private static MethodInfo Of(string name) => typeof(TranslationHelpers).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;

    private static ulong ShiftByRegister(int value, int kind, int register, int carryIn)
    {
        var (result, carry) = Shifter.ByRegister((uint)value, (ShiftKind)kind, (uint)register, (uint)carryIn);
        return (ulong)carry << 32 | result;
    }

    private static int RotateByRegister(int value, int register) => (int)BitOperations.RotateRight((uint)value, register & 31);

    private static int ComputeOne(nint cpu, long low, long high, int n, int m, int a)
    {
        Instruction i;
        (((long*)&i)[0], ((long*)&i)[1]) = (low, high);
        return (int)Computation.Evaluate((Cpu*)cpu, &i, (uint)n, (uint)m, (uint)a);
    }

    private static ulong ComputeTwo(long low, long high, int n, int m, int first, int second)
    {
        Instruction i;
        (((long*)&i)[0], ((long*)&i)[1]) = (low, high);
        return Computations.Long(&i, (uint)n, (uint)m, (uint)first, (uint)second);
    }

    private static void RunFloat(nint cpu, long low, long high)
    {
        Instruction i;
        (((long*)&i)[0], ((long*)&i)[1]) = (low, high);
        FloatMath.Execute((Cpu*)cpu, &i);
    }

    private static void RunFloatArithmetic(nint cpu, long low, long high)
    {
        Instruction i;
        (((long*)&i)[0], ((long*)&i)[1]) = (low, high);
        if (!FloatMath.TryHost((Cpu*)cpu, &i)) FloatMath.Execute((Cpu*)cpu, &i);
    }
}
