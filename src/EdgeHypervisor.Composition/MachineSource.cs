// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Composition;

/// <summary>A machine description and the text that it was read from, which stays with each VM of that machine.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Text">Its text.</param>
public sealed record MachineSource(MachineDescription Machine, string Text)
{
    private static readonly Lock Gate = new();
    private static readonly MachineSource?[] Recent = new MachineSource?[8]; // the last one first

    /// <summary>Reads a machine's text. VMs of the same machine, of which a board may have hundreds, share what was read.</summary>
    /// <exception cref="DescriptionException">It is wrong.</exception>
    public static MachineSource Parse(string text, string file)
    {
        lock (Gate)
        {
            for (var i = 0; i < Recent.Length && Recent[i] is { } known; i++)
            {
                if (known.Text == text) return PutFirst(known, i);
            }
        }
        var source = new MachineSource(DescriptionReader.ParseMachine(text, file), text);
        lock (Gate) return PutFirst(source, Recent.Length - 1);
    }

    private static MachineSource PutFirst(MachineSource source, int from)
    {
        Array.Copy(Recent, 0, Recent, 1, from);
        return Recent[0] = source;
    }
}
