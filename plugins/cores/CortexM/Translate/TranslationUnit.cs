// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Finds hot code.</summary>
internal sealed unsafe class TranslationUnit
{
    /// <summary>Jumps to a place before it is worth translating.</summary>
    public const ushort HotJumps = 250;

    /// <summary>Counters of jumps; places share them by address, so that a collision only makes one warm earlier.</summary>
    public const int HeatSlots = 2048;

    /// <summary>The counter of a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* HeatOf(Cpu* cpu, Instruction* place) => cpu->Heat + ((ulong)place >> 4 & (HeatSlots - 1));

    public bool ExactCount => true;

    public int RegionCount => 0;

    public void InstallFinished()
    {
    }

    public void BeginBatch(Instruction* place, ulong address)
    {
    }

    public void OnHot(Instruction* place, ulong address)
    {
    }

    public Instruction* Run(Instruction* place) => null;

    public void DropAll()
    {
    }

    public void Dispose()
    {
    }
}
