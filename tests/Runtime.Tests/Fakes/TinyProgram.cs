// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Runtime.Tests;

/// <summary>Writes programs for <see cref="TinyCore"/>.</summary>
internal sealed class TinyProgram
{
    public const uint Start = 0x8000_0000;

    private readonly List<byte> _bytes = [];

    public uint Here => Start + (uint)_bytes.Count;

    public TinyProgram Add(int register, uint value) => Emit(TinyOp.AddImmediate, register, value);

    public TinyProgram Load(int register, uint address) => Emit(TinyOp.Load, register, address);

    public TinyProgram Store(int register, uint address) => Emit(TinyOp.Store, register, address);

    public TinyProgram StoreIndirect(int register, int addressRegister) => Emit(TinyOp.StoreIndirect, register, (uint)addressRegister);

    public TinyProgram Jump(uint address) => Emit(TinyOp.Jump, 0, address);

    public TinyProgram Wait() => Emit(TinyOp.WaitForInterrupt, 0, 0);

    public TinyProgram Fault() => Emit(TinyOp.Fault, 0, 0);

    public TinyProgram Throw() => Emit(TinyOp.Throw, 0, 0);

    public TinyProgram SkipIfZero(int register) => Emit(TinyOp.SkipIfZero, register, 0);

    public TinyProgram Nop() => Emit(TinyOp.Nop, 0, 0);

    /// <summary>Writes a number to an address, by way of the last register.</summary>
    public TinyProgram Poke(uint address, uint value) => Load(7, ZeroAddress).Add(7, value).Store(7, address);

    /// <summary>Counts the first register up, for ever.</summary>
    public static TinyProgram Counter()
    {
        var program = new TinyProgram();
        return program.Add(0, 1).Jump(Start);
    }

    public FirmwareImage ToFirmware() => FirmwareImage.Parse("tiny", _bytes.ToArray(), Start);

    // A word of RAM that no program writes.
    public const uint ZeroAddress = 0x8000_3ff8;

    private TinyProgram Emit(TinyOp op, int register, uint operand)
    {
        Span<byte> instruction = stackalloc byte[8];
        instruction.Clear();
        instruction[0] = (byte)op;
        instruction[1] = (byte)register;
        BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], operand);
        _bytes.AddRange(instruction);
        return this;
    }
}
