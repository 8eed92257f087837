// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeHypervisor.BoardTests;

/// <summary>The outside of a line of the board's chip: what the world sees of it, and what the world pulls it to.</summary>
internal sealed class Pin(int line) : IDisposable
{
    private readonly SafeFileHandle _value = File.OpenHandle($"/run/board/gpio/sim_gpio{line}/value");

    public int Line => line;

    /// <summary>The level on the pin now, whoever makes it.</summary>
    public bool Level
    {
        get
        {
            Span<byte> digit = stackalloc byte[1];
            return RandomAccess.Read(_value, digit, 0) == 1 && digit[0] == '1';
        }
    }

    /// <summary>Pulls it up or down; an input follows.</summary>
    public void Pull(bool up)
    {
        using var pull = File.OpenHandle($"/run/board/gpio/sim_gpio{line}/pull", FileMode.Open, FileAccess.Write);
        RandomAccess.Write(pull, Encoding.ASCII.GetBytes(up ? "pull-up" : "pull-down"), 0);
    }

    public Task BecomesAsync(bool level) => Patience.UntilAsync(() => Level == level, $"line {line} becomes {(level ? "high" : "low")}");

    public void Dispose() => _value.Dispose();
}
