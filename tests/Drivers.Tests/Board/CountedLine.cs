// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>A line that counts the edges it tells of, so that who makes them can wait for each.</summary>
internal sealed class CountedLine(IGpioLine line) : IGpioLine
{
    private readonly SemaphoreSlim _told = new(0);
    private volatile bool _isWatched;

    /// <summary>Waits for the next edge to be told of, where anybody wants to know.</summary>
    public void WaitForEdge()
    {
        if (_isWatched) Assert.True(_told.Wait(Patience.Long), "the edge was not told of");
    }

    public bool Read() => line.Read();

    public void Configure(GpioMode mode, bool initialLevel) => line.Configure(mode, initialLevel);

    public void Write(bool level) => line.Write(level);

    public void Watch(Action<GpioEdge>? handler)
    {
        line.Watch(handler is null ? null : edge =>
        {
            handler(edge);
            _told.Release();
        });
        _isWatched = handler is not null;
    }

    public void Dispose() => line.Dispose();
}
