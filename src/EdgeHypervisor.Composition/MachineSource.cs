// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Composition;

/// <summary>A machine description and the text that it was read from, which stays with each VM of that machine.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Text">Its text.</param>
public sealed record MachineSource(MachineDescription Machine, string Text)
{
    private const int MostRecent = 8;
    private static readonly Lock Gate = new();
    private static readonly LinkedList<MachineSource> Recent = [];

    /// <summary>Reads a machine's text. VMs of the same machine, of which a board may have hundreds, share what was read.</summary>
    /// <exception cref="DescriptionException">It is wrong.</exception>
    public static MachineSource Parse(string text, string file)
    {
        lock (Gate)
        {
            if (Recent.FirstOrDefault(source => source.Text == text) is { } known)
            {
                Recent.Remove(known);
                Recent.AddFirst(known);
                return known;
            }
        }
        var source = new MachineSource(DescriptionReader.ParseMachine(text, file), text);
        lock (Gate)
        {
            Recent.AddFirst(source);
            if (Recent.Count > MostRecent) Recent.RemoveLast();
        }
        return source;
    }
}
