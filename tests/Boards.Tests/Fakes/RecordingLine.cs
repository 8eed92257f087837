// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>A line that writes down every call, as a scope at the pin would show it.</summary>
internal sealed class RecordingLine : IGpioLine
{
    private Action<GpioEdge>? _handler;

    public List<string> Calls { get; } = [];

    public GpioMode Mode { get; private set; } = new(GpioDirection.Disconnected);

    public bool Level { get; set; }

    public bool IsDisposed { get; private set; }

    public Exception? Failure { get; set; }

    public bool Read() => Level;

    public void Configure(GpioMode mode, bool initialLevel)
    {
        if (Failure is not null) throw Failure;
        Mode = mode;
        if (mode.Direction == GpioDirection.Output) Level = initialLevel;
        Calls.Add(mode.Direction == GpioDirection.Output ? $"output {(initialLevel ? "high" : "low")}" : Quantity.ToKebabCase(mode.Direction.ToString()));
    }

    public void Write(bool level)
    {
        if (Failure is not null) throw Failure;
        Level = level;
        Calls.Add(level ? "high" : "low");
    }

    public void Watch(Action<GpioEdge>? handler) => _handler = handler;

    /// <summary>The outside changes the level.</summary>
    public void Change(bool level, long timestampNs)
    {
        Level = level;
        _handler?.Invoke(new GpioEdge(level, timestampNs));
    }

    public void Dispose() => IsDisposed = true;
}
