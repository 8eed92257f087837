// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards;

/// <summary>What the drivers of one board are given.</summary>
internal sealed class BoardDriverContext(string boardName, TimeProvider time, Action<string> report, IFileKeeper? files = null) : IDriverContext, IDisposable
{
    private const int MostReports = 1000;

    private readonly Dictionary<string, object> _shared = new(StringComparer.Ordinal);
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public string BoardName { get; } = boardName;

    public TimeProvider Time { get; } = time;

    public IFileKeeper? Files { get; } = files;

    public T Share<T>(string key, Func<T> make)
        where T : class
    {
        lock (_lock)
        {
            if (!_shared.TryGetValue(key, out var thing)) _shared.Add(key, thing = make());
            return (T)thing;
        }
    }

    public void Report(string message)
    {
        lock (_lock)
        {
            if (_reported.Count >= MostReports || !_reported.Add(message)) return; // a guest cannot fill the log
        }
        report(message);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var thing in _shared.Values.OfType<IDisposable>()) thing.Dispose();
            _shared.Clear();
        }
    }
}
