// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>What translated floating point calls of .NET. By itself: looked up when the first such instruction is translated.</summary>
internal static class FloatMethods
{
    public static readonly MethodInfo BitsOfDouble = typeof(BitConverter).GetMethod(nameof(BitConverter.DoubleToInt64Bits))!;
    public static readonly MethodInfo DoubleOfBits = typeof(BitConverter).GetMethod(nameof(BitConverter.Int64BitsToDouble))!;
    public static readonly MethodInfo BitsOfSingle = typeof(BitConverter).GetMethod(nameof(BitConverter.SingleToInt32Bits))!;
    public static readonly MethodInfo SingleOfBits = typeof(BitConverter).GetMethod(nameof(BitConverter.Int32BitsToSingle))!;
    public static readonly MethodInfo Root64 = typeof(Math).GetMethod(nameof(Math.Sqrt))!;
    public static readonly MethodInfo Root32 = typeof(MathF).GetMethod(nameof(MathF.Sqrt))!;
    public static readonly MethodInfo Fused64 = typeof(Math).GetMethod(nameof(Math.FusedMultiplyAdd))!;
    public static readonly MethodInfo Fused32 = typeof(MathF).GetMethod(nameof(MathF.FusedMultiplyAdd))!;
}
