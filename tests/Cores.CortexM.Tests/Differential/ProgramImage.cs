// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>A program in memory, for a processor of ours and for QEMU's user mode alike.</summary>
/// <param name="Segments">Its memory; the vector table of our processor is at the beginning of the first one.</param>
/// <param name="Entry">Its first instruction.</param>
/// <param name="End">Where our processor is stopped; from here on Linux is asked to write the output.</param>
/// <param name="OutputAt">What is compared.</param>
/// <param name="OutputBytes">How much that is.</param>
internal sealed record ProgramImage(IReadOnlyList<(uint At, byte[] Bytes)> Segments, uint Entry, uint End, uint OutputAt, int OutputBytes)
{
    /// <summary>Asks Linux to write the output and to end.</summary>
    public static void AddExit(ThumbCode code, uint outputAt, uint outputBytes)
    {
        code.LoadLiteral(1, outputAt);
        code.LoadLiteral(2, outputBytes);
        code.Add(0x2704); // movs r7, #4: write
        code.Add(0x2001);
        code.Add(0xDF00);
        code.Add(0x2701); // exit
        code.Add(0x2000);
        code.Add(0xDF00);
    }
}
