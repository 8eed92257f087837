// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>The moves that were asked of this board, from its owner or over the transport. The last ones are remembered.</summary>
internal sealed partial class MoveService(VmTable table, HostBoard board, EventHub events, MoveOptions usual, TimeProvider time, ILogger<MoveService> log)
{
    private const int Remembered = 200;
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromMilliseconds(500);
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private MoveEndpoint? _endpoint;
    private Func<string, string?>? _whyUnreachable;

    /// <summary>A job has changed. From any thread.</summary>
    public event Action<ControlApi.MoveJob>? Changed;

    /// <summary>What does the moving, and what knows why a board cannot be reached (null when it may be).</summary>
    public void Use(MoveEndpoint endpoint, Func<string, string?> whyUnreachable) => (_endpoint, _whyUnreachable) = (endpoint, whyUnreachable);

    /// <summary>Begins a move; asked again with the same token gives the first one's job.</summary>
    /// <exception cref="ProblemException">It cannot be begun.</exception>
    public ControlApi.MoveJob Start(MoveRequest request) => Start(request, new MoveTuning
    {
        Live = request.Live,
        MaximumRounds = Checked(request.MaxRounds, "maxRounds", 0, MoveTuning.MostRounds),
        DowntimeTargetMs = Checked(request.DowntimeTargetMs, "downtimeTargetMs", 0, MoveTuning.MostDowntimeMs),
        MaximumCopySeconds = Checked(request.MaxCopySeconds, "maxCopySeconds", 1, MoveTuning.MostCopySeconds),
        MaximumThrottlePercent = Checked(request.MaxThrottlePercent, "maxThrottlePercent", 0, MoveTuning.MostThrottlePercent),
        BytesPerSecond = Checked(request.BytesPerSecond, "bytesPerSecond", 0, MoveTuning.MostBytesPerSecond),
    });

    /// <summary>The same with what was said of how.</summary>
    /// <exception cref="ProblemException">It cannot be begun.</exception>
    public ControlApi.MoveJob Start(MoveRequest request, MoveTuning tuning)
    {
        lock (_lock)
        {
            if (request.ClientToken is { } token && _entries.Find(entry => entry.Token == token) is { } known) return Describe(known);
            var vm = table.GetName(request.Vm);
            var entry = new Entry(Begin(vm, request.Board, tuning.ApplyTo(usual)), vm.Name, request.ClientToken, request.By);
            if (_entries.Count == Remembered) _entries.RemoveAt(0);
            _entries.Add(entry);
            events.Publish("move-started", vm.Name, $"to {request.Board}, job {entry.Job.Id}");
            entry.Job.Changed += _ => OnChanged(entry);
            _ = ConcludeAsync(entry);
            return Describe(entry);
        }
    }

    /// <summary>The job of a token; null when it is not known.</summary>
    public ControlApi.MoveJob? FindToken(string token)
    {
        lock (_lock) return _entries.Find(entry => entry.Token == token) is { } known ? Describe(known) : null;
    }

    public IReadOnlyList<ControlApi.MoveJob> List()
    {
        lock (_lock) return [.. _entries.Select(Describe)];
    }

    /// <exception cref="ProblemException">There is none.</exception>
    public ControlApi.MoveJob Get(string id) => Describe(Find(id));

    /// <summary>Asks for its end; without effect once the other board was told to run the VM.</summary>
    public void Cancel(string id) => Find(id).Job.Cancel();

    /// <summary>A job now and after each change, until it is over.</summary>
    /// <exception cref="ProblemException">There is none; told before the first item is asked for.</exception>
    public IAsyncEnumerable<ControlApi.MoveJob> WatchAsync(string id, CancellationToken cancellation) => WatchAsync(Find(id), cancellation);

    private async IAsyncEnumerable<ControlApi.MoveJob> WatchAsync(Entry entry, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void OnChange(Migration.MoveJob job) => changes.Writer.TryWrite(true);
        entry.Job.Changed += OnChange;
        try
        {
            while (true)
            {
                var now = Describe(entry);
                yield return now;
                if (now.IsFinished) yield break;
                await changes.Reader.ReadAsync(cancellation);
            }
        }
        finally
        {
            entry.Job.Changed -= OnChange;
        }
    }

    private static T? Checked<T>(T? value, string name, T minimum, T maximum)
        where T : struct, IComparable<T> =>
        value is not { } given || (given.CompareTo(minimum) >= 0 && given.CompareTo(maximum) <= 0)
            ? value
            : throw Problems.Invalid($"'{value}' is not a whole number from {minimum} to {maximum}", name);

    private Migration.MoveJob Begin(HostedVm vm, string destination, MoveOptions? options)
    {
        if (vm.IsMoving && _entries.FindLast(entry => entry.Vm == vm.Name) is { } under)
            throw Problems.Conflict("vm-moving", "The VM is being moved", $"VM '{vm.Name}' is on its way to board '{under.Job.Destination}', job {under.Job.Id}", vm.Name, $"wait for its end, or cancel it: ehv moves cancel {under.Job.Id}");
        if (_whyUnreachable?.Invoke(destination) is { } reason)
            throw Problems.Conflict("board-unreachable", "The other board cannot be reached", reason, destination, "see: ehv fleet ls");
        try
        {
            return (_endpoint ?? throw new MoveException("the service is still starting")).Move(vm.Id, destination, options);
        }
        catch (MoveException e)
        {
            throw Problems.Conflict("move-refused", "The move cannot begin", e.Message, vm.Name, "see: ehv fleet ls, ehv vm ls");
        }
        catch (ArgumentException e)
        {
            throw Problems.Invalid(e.Message, "board", $"a board's name is {NameRule.InWords}");
        }
    }

    // Each block that was sent is a change; who watches from afar wants to hear of it a few times a second.
    private void OnChanged(Entry entry)
    {
        var job = Describe(entry);
        lock (_lock)
        {
            var state = $"{job.State} {job.Phase}";
            if (entry.Told.State == state && time.GetElapsedTime(entry.Told.At) < ProgressPeriod) return;
            entry.Told = (time.GetTimestamp(), state);
        }
        Changed?.Invoke(job);
    }

    private async Task ConcludeAsync(Entry entry)
    {
        var result = await entry.Job.Completion;
        events.Publish($"move-{Quantity.ToKebabCase(result.State.ToString())}", entry.Vm, result.Reason.Length == 0 ? $"to {entry.Job.Destination}, stood still {result.Downtime.TotalMilliseconds:0.0} ms" : result.Reason);
        if (result.State == MoveJobState.Succeeded)
            LogMoved(entry.Vm, entry.Job.Destination, result.Downtime.TotalMilliseconds, result.DiskTime.TotalMilliseconds, result.Total.TotalMilliseconds, result.BytesSent, result.Rounds, result.Timeline);
        else LogNotMoved(entry.Vm, entry.Job.Destination, result.State, result.Reason);
        OnChanged(entry);
    }

    [LoggerMessage(LogLevel.Information, "moved vm={vm} to={to} downtime_ms={downtimeMs:0.0} disk_ms={diskMs:0.0} total_ms={totalMs:0} bytes={bytes} rounds={rounds} timeline=({timeline})")]
    private partial void LogMoved(string vm, string to, double downtimeMs, double diskMs, double totalMs, long bytes, int rounds, MoveTimeline? timeline);

    [LoggerMessage(LogLevel.Warning, "not moved vm={vm} to={to}: {state}: {reason}")]
    private partial void LogNotMoved(string vm, string to, MoveJobState state, string reason);

    private Entry Find(string id)
    {
        lock (_lock) return _entries.Find(entry => entry.Job.Id == id) ?? throw Problems.NotFound("move", id, "see: GET /v1/moves");
    }

    private ControlApi.MoveJob Describe(Entry entry)
    {
        var job = entry.Job;
        var progress = job.Progress;
        var result = job.Completion.IsCompletedSuccessfully ? job.Completion.Result : null;
        var sent = Math.Max(progress.BytesSent, result?.BytesSent ?? 0);
        return new ControlApi.MoveJob(
            job.Id,
            entry.Vm,
            board.Name,
            job.Destination,
            Quantity.ToKebabCase(job.State.ToString()),
            result is null ? Quantity.ToKebabCase(progress.Phase.ToString()) : "done",
            sent,
            sent + (result is null ? progress.RemainingBytes : 0),
            result is { State: MoveJobState.Succeeded } ? result.Downtime.TotalMilliseconds : null,
            result?.Total.TotalMilliseconds,
            string.IsNullOrEmpty(result?.Reason) ? null : result.Reason,
            result is { State: MoveJobState.Succeeded } ? result.DiskTime.TotalMilliseconds : null,
            progress.Round,
            result is null ? progress.Percent : 100,
            progress.BytesPerSecond,
            result is null && progress.ExpectedDowntime > TimeSpan.Zero ? progress.ExpectedDowntime.TotalMilliseconds : null,
            result is null ? progress.ThrottlePercent : 0,
            entry.By,
            result is { State: MoveJobState.Succeeded, Timeline: { } timeline } ? [.. timeline.Marks.Select(mark => new MoveStepTime(Quantity.ToKebabCase(mark.Step.ToString()), Math.Round(mark.At.TotalMilliseconds, 3)))] : null);
    }

    private sealed class Entry(Migration.MoveJob job, string vm, string? token, string? by)
    {
        public Migration.MoveJob Job { get; } = job;

        public string Vm { get; } = vm;

        public string? Token { get; } = token;

        public string? By { get; } = by;

        /// <summary>When a change was last told, and which.</summary>
        public (long At, string State) Told { get; set; }
    }
}
