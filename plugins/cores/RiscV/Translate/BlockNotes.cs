// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>What the translator knows while it writes a block.</summary>
internal sealed class BlockNotes
{
    /// <summary>The last write of each integer register, counted; a shift's source is the same while this is.</summary>
    public int[] Versions { get; } = new int[33];

    /// <summary>The shift that made a register's value.</summary>
    public Shifted?[] Shifts { get; } = new Shifted?[33];

    /// <summary>Whether the block has asked that floating-point registers may be used.</summary>
    public bool IsFloatReady { get; set; }

    /// <summary>Whether it has asked that the host's rounding will do.</summary>
    public bool DoesHostRound { get; set; }

    /// <summary>Floating-point registers that hold a boxed binary32, by bit.</summary>
    public uint Boxed { get; set; }

    /// <summary>An integer register was written.</summary>
    public void Written(byte register)
    {
        Versions[register]++;
        Shifts[register] = null;
    }
}

/// <summary>A register is a shifted one.</summary>
/// <param name="Op">The shift.</param>
/// <param name="Source">What was shifted.</param>
/// <param name="Version">The source's version then.</param>
/// <param name="Amount">By how much.</param>
/// <param name="Value">The source's value.</param>
internal sealed record Shifted(Op Op, byte Source, int Version, int Amount, LocalBuilder Value);
