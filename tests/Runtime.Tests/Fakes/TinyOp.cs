// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>The instructions of <see cref="TinyCore"/>: eight bytes each, op, register, two unused, 32-bit operand.</summary>
internal enum TinyOp : byte
{
    Nop,
    AddImmediate,
    Load,
    Store,
    Jump,
    WaitForInterrupt,
    Fault,
    SkipIfZero,
    Throw,
    StoreIndirect,
}
