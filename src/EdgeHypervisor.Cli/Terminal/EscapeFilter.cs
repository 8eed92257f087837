// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>Takes the escape out of typed bytes, as other emulators have it: Ctrl-A x quits, Ctrl-A Ctrl-A is Ctrl-A itself.</summary>
internal sealed class EscapeFilter
{
    private const byte ControlA = 1;
    private bool _escaped;

    /// <summary>Whether Ctrl-A x was typed.</summary>
    public bool IsQuitting { get; private set; }

    /// <summary>Leaves at the front of <paramref name="data"/> what goes to the guest, and gives its length.</summary>
    public int Filter(Span<byte> data)
    {
        var kept = 0;
        foreach (var value in data)
        {
            if (!_escaped && value == ControlA) _escaped = true;
            else if (!_escaped) data[kept++] = value;
            else kept = Escaped(data, kept, value);
        }
        return kept;
    }

    private int Escaped(Span<byte> data, int kept, byte value)
    {
        _escaped = false;
        if (value == 'x') IsQuitting = true;
        if (value != ControlA) return kept;
        data[kept] = ControlA;
        return kept + 1;
    }
}
