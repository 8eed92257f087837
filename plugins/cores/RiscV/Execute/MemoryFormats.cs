// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>The widths and extensions of loads and stores. Guests are little-endian, as every host of ours is.</summary>
/// <remarks>SAFETY: the caller has checked that the access lies in RAM; it need not be aligned.</remarks>
internal static unsafe class MemoryFormats
{
    public readonly struct SignedByte : ILoad
    {
        public static ulong SizeBytes => 1;

        public static ulong Read(byte* host) => (ulong)(sbyte)*host;
    }

    public readonly struct SignedHalf : ILoad
    {
        public static ulong SizeBytes => 2;

        public static ulong Read(byte* host) => (ulong)Unsafe.ReadUnaligned<short>(host);
    }

    public readonly struct SignedWord : ILoad
    {
        public static ulong SizeBytes => 4;

        public static ulong Read(byte* host) => (ulong)Unsafe.ReadUnaligned<int>(host);
    }

    public readonly struct Byte : ILoad, IStore
    {
        public static ulong SizeBytes => 1;

        public static ulong Read(byte* host) => *host;

        public static void Write(byte* host, ulong value) => *host = (byte)value;
    }

    public readonly struct Half : ILoad, IStore
    {
        public static ulong SizeBytes => 2;

        public static ulong Read(byte* host) => Unsafe.ReadUnaligned<ushort>(host);

        public static void Write(byte* host, ulong value) => Unsafe.WriteUnaligned(host, (ushort)value);
    }

    public readonly struct Word : ILoad, IStore
    {
        public static ulong SizeBytes => 4;

        public static ulong Read(byte* host) => Unsafe.ReadUnaligned<uint>(host);

        public static void Write(byte* host, ulong value) => Unsafe.WriteUnaligned(host, (uint)value);
    }

    /// <summary>A single in a floating-point register: NaN-boxed.</summary>
    public readonly struct BoxedWord : ILoad
    {
        public static ulong SizeBytes => 4;

        public static ulong Read(byte* host) => Float32.Box(Unsafe.ReadUnaligned<uint>(host));
    }

    public readonly struct DoubleWord : ILoad, IStore
    {
        public static ulong SizeBytes => 8;

        public static ulong Read(byte* host) => Unsafe.ReadUnaligned<ulong>(host);

        public static void Write(byte* host, ulong value) => Unsafe.WriteUnaligned(host, value);
    }
}
