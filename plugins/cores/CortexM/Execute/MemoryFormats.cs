// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>A load's width and extension.</summary>
internal unsafe interface ILoad
{
    static abstract uint SizeBytes { get; }

    static abstract uint Read(byte* host);
}

/// <summary>A store's width.</summary>
internal unsafe interface IStore
{
    static abstract uint SizeBytes { get; }

    static abstract void Write(byte* host, uint value);
}

/// <summary>How a load or store makes its address.</summary>
internal unsafe interface IAddress
{
    static abstract uint Of(Cpu* cpu, Instruction* i);
}

/// <summary>Widths, extensions and addresses that handlers are put together from. Hosts are little-endian.</summary>
internal static unsafe class MemoryFormats
{
    public readonly struct Byte : ILoad, IStore
    {
        public static uint SizeBytes => 1;

        public static uint Read(byte* host) => *host;

        public static void Write(byte* host, uint value) => *host = (byte)value;
    }

    public readonly struct SignedByte : ILoad
    {
        public static uint SizeBytes => 1;

        public static uint Read(byte* host) => (uint)*(sbyte*)host;
    }

    public readonly struct Half : ILoad, IStore
    {
        public static uint SizeBytes => 2;

        public static uint Read(byte* host) => *(ushort*)host;

        public static void Write(byte* host, uint value) => *(ushort*)host = (ushort)value;
    }

    public readonly struct SignedHalf : ILoad
    {
        public static uint SizeBytes => 2;

        public static uint Read(byte* host) => (uint)*(short*)host;
    }

    public readonly struct Word : ILoad, IStore
    {
        public static uint SizeBytes => 4;

        public static uint Read(byte* host) => *(uint*)host;

        public static void Write(byte* host, uint value) => *(uint*)host = value;
    }

    public readonly struct Offset : IAddress
    {
        [MethodImpl(Flow.Inline)]
        public static uint Of(Cpu* cpu, Instruction* i) => Cpu.R(cpu)[i->Rn] + i->Immediate;
    }

    public readonly struct Index : IAddress
    {
        [MethodImpl(Flow.Inline)]
        public static uint Of(Cpu* cpu, Instruction* i) => Cpu.R(cpu)[i->Rn] + (Cpu.R(cpu)[i->Rm] << i->Shift);
    }
}
