// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// An extra ability of a core: it can be looked into and stopped at an address. Used between slices. A core without it
/// runs all the same; debuggers then refuse it with a reason.
/// </summary>
public interface IDebuggableCore
{
    /// <summary>GDB's name of the architecture: <c>riscv:rv64</c>, <c>armv7e-m</c>.</summary>
    string Architecture { get; }

    /// <summary>The registers, in GDB's order for this architecture.</summary>
    IReadOnlyList<RegisterInfo> Registers { get; }

    /// <summary>The address of the next instruction.</summary>
    ulong ProgramCounter { get; }

    /// <summary>The value of <see cref="Registers"/>[<paramref name="index"/>]; zero-extended.</summary>
    ulong ReadRegister(int index);

    /// <summary>Changes a register; false where it cannot be written.</summary>
    bool TryWriteRegister(int index, ulong value);

    /// <summary>Makes <see cref="ICore.Run"/> return before the instruction at this address.</summary>
    void AddBreakpoint(ulong address);

    /// <summary>Takes a breakpoint away.</summary>
    void RemoveBreakpoint(ulong address);

    /// <summary>
    /// The physical address at which the core, as it stands, would find a virtual one. Changes nothing, faults nothing.
    /// A core without translation finds it at the same address.
    /// </summary>
    /// <returns>False when nothing is mapped there.</returns>
    bool TryTranslate(ulong address, out ulong physical)
    {
        physical = address;
        return true;
    }
}
