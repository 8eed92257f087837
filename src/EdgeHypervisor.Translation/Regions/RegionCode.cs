// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>Why a region returned. The state is exact in every case, and its program counter says where to go on.</summary>
public enum RegionExit
{
    /// <summary>Control left the region: go on at the program counter, in another region or the interpreter.</summary>
    Left = 0,

    /// <summary>The instruction at the program counter needs the interpreter: a device, a fault, a system register.</summary>
    Interpret = 1,

    /// <summary>The stop request was seen, or the budget does not suffice for the next block.</summary>
    Safepoint = 2,

    /// <summary>A device was asked, and the core is to look at what came of it before the instruction at the program counter.</summary>
    Attention = 3,

    /// <summary>Registers do not hold what the region took for granted of them: the instruction at the program counter is interpreted.</summary>
    Surprise = 4,
}

/// <summary>A translated region.</summary>
/// <param name="state">The core's state.</param>
/// <param name="entry">Which of the region's entries to begin at; see <see cref="CompiledRegion.Entries"/>.</param>
/// <returns>A <see cref="RegionExit"/>.</returns>
public delegate int RegionCode(nint state, int entry);
