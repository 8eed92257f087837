// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>The levels that a VM has seen last of inputs, as a text: <c>gpio0/4=1 gpio0/5=0</c>.</summary>
internal static class SeenLevels
{
    public static string Write(PortName port, bool level) => $"{port}={(level ? 1 : 0)}";

    /// <summary>Reads what can be read; it comes from another board.</summary>
    public static IEnumerable<(PortName Port, bool Level)> Read(string text)
    {
        foreach (var word in text.Split(' '))
        {
            if (word.Length > 2 && word[^2] == '=' && word[^1] is '0' or '1' && PortName.TryParse(word[..^2], out var port))
                yield return (port, word[^1] == '1');
        }
    }
}
