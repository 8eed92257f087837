// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace EdgeHypervisor.Runtime;

/// <summary>Writes a trace to a stream, to its end or its limit.</summary>
/// <param name="trace">The trace.</param>
/// <param name="format">How it is written.</param>
public sealed class TraceRecorder(VmTrace trace, ITraceFormat format)
{
    /// <summary>How many events a trace has at the most, unless somebody asks for more: some 100 MB of text.</summary>
    public const long DefaultLimit = 1_000_000;

    private const int FlushBytes = 64 * 1024;
    private readonly ArrayBufferWriter<byte> _pending = new(2 * FlushBytes);

    /// <summary>The most events.</summary>
    public long Limit { get; init; } = DefaultLimit;

    /// <summary>The longest time; null for no end.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Writes what comes.</summary>
    /// <exception cref="OperationCanceledException">Somebody had enough; what came until then has been written.</exception>
    public async Task<TraceSummary> WriteToAsync(Stream output, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (Duration is { } duration) end.CancelAfter(duration);
        format.Begin(_pending, Limit);
        await FlushAsync(output).ConfigureAwait(false);
        var summary = await CopyAsync(output, end.Token, cancellation).ConfigureAwait(false);
        format.End(_pending, summary);
        await FlushAsync(output).ConfigureAwait(false);
        return summary;
    }

    private async Task<TraceSummary> CopyAsync(Stream output, CancellationToken end, CancellationToken cancellation)
    {
        var (count, lost) = (0L, 0L);
        try
        {
            while (await trace.ReadAsync(end).ConfigureAwait(false) is { } events)
            {
                for (var i = 0; i < events.Count; i++)
                {
                    var happened = events[i];
                    format.Write(_pending, happened);
                    if (happened.Kind == TraceEventKind.Lost) lost += (long)happened.Value;
                    else if (++count == Limit) return new TraceSummary(count, lost, $"the limit of {Limit} events is reached");
                    if (_pending.WrittenCount >= FlushBytes) await FlushAsync(output).ConfigureAwait(false);
                }
                await FlushAsync(output).ConfigureAwait(false);
            }
            return new TraceSummary(count, lost, trace.End ?? "the trace was ended");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new TraceSummary(count, lost, "the time is over");
        }
    }

    private async Task FlushAsync(Stream output)
    {
        if (_pending.WrittenCount == 0) return;
        await output.WriteAsync(_pending.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
        await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        _pending.ResetWrittenCount();
    }
}
