// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>A result of two operands: rs1 and rs2, or rs1 and an immediate.</summary>
internal interface IBinary
{
    static abstract ulong Apply(ulong left, ulong right);
}

/// <summary>A result of one operand.</summary>
internal interface IUnary
{
    static abstract ulong Apply(ulong value);
}

/// <summary>The condition of a branch.</summary>
internal interface ICondition
{
    static abstract bool Holds(ulong left, ulong right);
}

/// <summary>How a value of memory becomes one of a register.</summary>
internal unsafe interface ILoad
{
    static abstract ulong SizeBytes { get; }

    static abstract ulong Read(byte* host);
}

/// <summary>How a register's value goes to memory.</summary>
internal unsafe interface IStore
{
    static abstract ulong SizeBytes { get; }

    static abstract void Write(byte* host, ulong value);
}
