// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Host;

/// <summary>The last lines of a VM's log, for whoever asks.</summary>
internal sealed class VmLogBook(TimeProvider time)
{
    private const int Room = 512;
    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _lines = new();
    private long _first;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(string level, string text)
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            if (_lines.Count == Room)
            {
                _lines.Dequeue();
                _first++;
            }
            _lines.Enqueue(new LogLine(time.GetUtcNow(), level, text));
            waiting = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        waiting.SetResult();
    }

    /// <summary>All lines there are, then new ones when asked to follow.</summary>
    public async IAsyncEnumerable<LogLine> ReadAsync(bool follow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var position = 0L;
        while (true)
        {
            Task more;
            LogLine[] lines;
            lock (_lock)
            {
                lines = [.. _lines.Skip((int)Math.Max(0, position - _first))];
                position = _first + _lines.Count;
                more = _more.Task;
            }
            foreach (var line in lines) yield return line;
            if (!follow) yield break;
            await more.WaitAsync(cancellation);
        }
    }
}
