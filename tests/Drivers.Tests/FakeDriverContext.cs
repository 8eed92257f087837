// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>A board without anything else on it.</summary>
internal sealed class FakeDriverContext(TimeProvider? time = null) : IDriverContext, IDisposable
{
    private readonly Dictionary<string, object> _shared = [];

    public List<string> Reports { get; } = [];

    public string BoardName => "bench";

    public IFileKeeper? Keeper { get; set; }

    public IFileKeeper? Files => Keeper;

    public TimeProvider Time { get; } = time ?? TimeProvider.System;

    public T Share<T>(string key, Func<T> make)
        where T : class
    {
        if (!_shared.TryGetValue(key, out var thing)) _shared.Add(key, thing = make());
        return (T)thing;
    }

    public void Report(string message) => Reports.Add(message);

    public void Dispose()
    {
        foreach (var thing in _shared.Values.OfType<IDisposable>()) thing.Dispose();
    }
}
