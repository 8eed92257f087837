// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Arm's formats: tiny before rounding, NaNs go on, a NaN is zero as an integer. Arm A2.4.</summary>
internal interface IArmFormat : IFloatFormat
{
    static abstract bool IsFlushed { get; }
}

/// <summary>binary32.</summary>
internal readonly struct Binary32 : IArmFormat
{
    public static int FractionBits => 23;

    public static int ExponentBits => 8;

    public static Tininess Tininess => Tininess.BeforeRounding;

    public static bool KeepsNaN => true;

    public static bool NaNIsIntegerZero => true;

    public static bool IsFlushed => false;
}

/// <summary>binary32 in flush-to-zero mode.</summary>
internal readonly struct FlushedBinary32 : IArmFormat
{
    public static int FractionBits => 23;

    public static int ExponentBits => 8;

    public static Tininess Tininess => Tininess.Flushed;

    public static bool KeepsNaN => true;

    public static bool NaNIsIntegerZero => true;

    public static bool IsFlushed => true;
}

/// <summary>binary64.</summary>
internal readonly struct Binary64 : IArmFormat
{
    public static int FractionBits => 52;

    public static int ExponentBits => 11;

    public static Tininess Tininess => Tininess.BeforeRounding;

    public static bool KeepsNaN => true;

    public static bool NaNIsIntegerZero => true;

    public static bool IsFlushed => false;
}

/// <summary>binary64 in flush-to-zero mode.</summary>
internal readonly struct FlushedBinary64 : IArmFormat
{
    public static int FractionBits => 52;

    public static int ExponentBits => 11;

    public static Tininess Tininess => Tininess.Flushed;

    public static bool KeepsNaN => true;

    public static bool NaNIsIntegerZero => true;

    public static bool IsFlushed => true;
}

/// <summary>binary16, which flush-to-zero does not concern.</summary>
internal readonly struct Binary16 : IArmFormat
{
    public static int FractionBits => 10;

    public static int ExponentBits => 5;

    public static Tininess Tininess => Tininess.BeforeRounding;

    public static bool KeepsNaN => true;

    public static bool NaNIsIntegerZero => true;

    public static bool IsFlushed => false;
}

/// <summary>binary16's fraction with a wider exponent: rounds what the alternative half precision holds beyond binary16.</summary>
internal readonly struct WideBinary16 : IArmFormat
{
    public static int FractionBits => 10;

    public static int ExponentBits => 6;

    public static Tininess Tininess => Tininess.BeforeRounding;

    public static bool KeepsNaN => true;

    public static bool NaNIsIntegerZero => true;

    public static bool IsFlushed => false;
}
