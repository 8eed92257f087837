// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>A line of a <see cref="FakeGpioChip"/>: what the kernel knows of it, and the electrical side.</summary>
internal sealed class FakePin(int offset)
{
    public int Offset => offset;

    public string Name { get; set; } = "";

    /// <summary>Who has it; null for nobody.</summary>
    public string? Consumer { get; set; }

    public GpioUapi.Flags Flags { get; set; } = GpioUapi.Flags.Input;

    public ulong DebounceUs { get; set; }

    /// <summary>What is driven, electrically.</summary>
    public bool Driven { get; set; }

    /// <summary>How often the level changed, glitches included.</summary>
    public int Changes { get; private set; }

    /// <summary>Who hears of edges.</summary>
    public Action<FakePin, bool>? Changed { get; set; }

    /// <summary>What drives it from outside; null for nothing.</summary>
    public bool? Outside
    {
        get;
        set
        {
            field = value;
            Settle();
        }
    }

    public bool Level { get; private set; }

    public void Settle()
    {
        var level = Resolve();
        if (level == Level) return;
        Level = level;
        Changes++;
        Changed?.Invoke(this, level ^ Has(GpioUapi.Flags.ActiveLow));
    }

    public bool Has(GpioUapi.Flags flag) => (Flags & flag) != 0;

    private bool Resolve()
    {
        var drives = Has(GpioUapi.Flags.Output) && !(Has(GpioUapi.Flags.OpenDrain) && Driven) && !(Has(GpioUapi.Flags.OpenSource) && !Driven);
        return drives ? Driven : Outside ?? Has(GpioUapi.Flags.PullUp);
    }
}
