// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>A line of the kernel's gpio-sim, whose outside is a folder of sysfs.</summary>
/// <remarks>Documentation/admin-guide/gpio/gpio-sim.rst. The outside drives by a pull; to let go is to leave the pull as it is.</remarks>
internal sealed class BoardGpioRig : IGpioRig
{
    private readonly Func<(string, string)[], IGpioLine> _open;
    private readonly Func<Action, IDisposable>? _watchMarker;
    private readonly string _outside = BoardPlace.Of(BoardPlace.Gpio)["outside"];
    private CountedLine? _line;

    /// <param name="open">Opens the line with further options.</param>
    /// <param name="watchMarker">Watches another line, by the same thread; null where there are no edges to wait for.</param>
    public BoardGpioRig(Func<(string, string)[], IGpioLine> open, Func<Action, IDisposable>? watchMarker)
    {
        (_open, _watchMarker) = (open, watchMarker);
        DriveFromOutside(false);
        _line = new CountedLine(open([]));
    }

    public IGpioLine Line => _line!;

    public long AllocatedBytesOfAWrite { get; init; }

    public IGpioLine Reopen(params (string Name, string Value)[] options)
    {
        Line.Dispose();
        return _line = new CountedLine(_open(options));
    }

    public bool Measure() => File.ReadAllText(Path.Join(_outside, "value")).Trim() == "1";

    public void DriveFromOutside(bool? level)
    {
        if (level is not { } high) return;
        var isEdge = high != Measure();
        File.WriteAllText(Path.Join(_outside, "pull"), high ? "pull-up" : "pull-down");
        // The kernel's interrupt thread looks at the line some time after the edge: it is to see this one, not the next.
        if (isEdge) _line?.WaitForEdge();
    }

    // There is nothing to ask whether an edge is on its way. Edges of another line, one after the other, take the same way behind it.
    public void Settle()
    {
        if (_watchMarker is not { } watch) return;
        using var heard = new SemaphoreSlim(0);
        using var marker = watch(() => heard.Release());
        var pull = Path.Join(BoardPlace.Of(BoardPlace.Gpio)["marker"], "pull");
        for (var i = 0; i < 6; i++)
        {
            File.WriteAllText(pull, i % 2 == 0 ? "pull-up" : "pull-down");
            Assert.True(heard.Wait(Patience.Long));
        }
    }

    public long NowNs() => Stopwatch.GetTimestamp();

    public void Dispose() => Line.Dispose();
}
