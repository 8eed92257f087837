// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>
/// The moves that were asked of this board, from its owner or over the transport. The last ones are remembered, over restarts
/// too: how one ended that a restart came upon, the journals say.
/// </summary>
internal sealed partial class MoveService
{
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromMilliseconds(500);
    private readonly VmTable _table;
    private readonly HostBoard _board;
    private readonly JobStore<MoveRecord> _store;
    private readonly EventHub _events;
    private readonly MoveOptions _usual;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _starting = new(); // is held while the disk is waited for
    private readonly Lock _lock = new(); // is not: moves under way tell their progress under it
    private readonly List<Entry> _entries = [];
    private MoveEndpoint? _endpoint;
    private Func<string, string?>? _whyUnreachable;

    public MoveService(VmTable table, HostBoard board, JobStore<MoveRecord> store, EventHub events, MoveOptions usual, TimeProvider time, ILogger<MoveService> log)
    {
        (_table, _board, _store, _events, _usual, _time, _log) = (table, board, store, events, usual, time, log);
        foreach (var record in store.Load(LogReport)) _entries.Add(new Entry(record));
    }

    /// <summary>A job has changed. From any thread.</summary>
    public event Action<ControlApi.MoveJob>? Changed;

    /// <summary>What does the moving, and what knows why a board cannot be reached (null when it may be).</summary>
    public void Use(MoveEndpoint endpoint, Func<string, string?> whyUnreachable)
    {
        (_endpoint, _whyUnreachable) = (endpoint, whyUnreachable);
        endpoint.Settled += (vm, result) => Settle(entry => entry.Record.VmId == vm, result);
    }

    /// <summary>
    /// Says how the moves ended that a restart came upon, where the journals, which the endpoint has read by now, know of no
    /// attempt any more. Of the others the endpoint tells when they end.
    /// </summary>
    public void Resume()
    {
        var known = _endpoint!.List().ToDictionary(vm => vm.Vm, StringComparer.Ordinal);
        Settle(entry => known.GetValueOrDefault(entry.Record.VmId) is null or { Kind: VmRecordKind.Absent }, new MoveResult(MoveJobState.Succeeded, ""));
        Settle(entry => known.GetValueOrDefault(entry.Record.VmId) is { Peer: "" }, new MoveResult(MoveJobState.Failed, "the service ended before it; the VM stayed here"));
    }

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
        lock (_starting)
        {
            if (request.ClientToken is { } token && FindToken(token) is { } known) return known;
            var entry = Begin(_table.GetName(request.Vm), request, tuning.ApplyTo(_usual));
            Keep(entry);
            _events.Publish("move-started", entry.Vm, $"to {request.Board}, job {entry.Record.Id}");
            entry.Job!.Changed += _ => OnChanged(entry);
            _ = ConcludeAsync(entry, entry.Job);
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
    public void Cancel(string id) => Find(id).Job?.Cancel();

    /// <summary>A job now and after each change, until it is over.</summary>
    /// <exception cref="ProblemException">There is none; told before the first item is asked for.</exception>
    public IAsyncEnumerable<ControlApi.MoveJob> WatchAsync(string id, CancellationToken cancellation) => WatchAsync(Find(id), cancellation);

    private async IAsyncEnumerable<ControlApi.MoveJob> WatchAsync(Entry entry, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void OnChange() => changes.Writer.TryWrite(true);
        entry.Changed += OnChange;
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
            entry.Changed -= OnChange;
        }
    }

    private static T? Checked<T>(T? value, string name, T minimum, T maximum)
        where T : struct, IComparable<T> =>
        value is not { } given || (given.CompareTo(minimum) >= 0 && given.CompareTo(maximum) <= 0)
            ? value
            : throw Problems.Invalid($"'{value}' is not a whole number from {minimum} to {maximum}", name);

    // It is remembered before it begins, so that the disk is left alone while the VM stands still.
    private Entry Begin(HostedVm vm, MoveRequest request, MoveOptions options)
    {
        WhyNot(vm, request.Board);
        var job = new ControlApi.MoveJob(Guid.NewGuid().ToString("N"), vm.Name, _board.Name, request.Board, "queued", "offering", By: request.By);
        var record = new MoveRecord(MoveRecord.NewestVersion, vm.Id, job, request.ClientToken);
        Remember(record);
        try
        {
            return new Entry(record) { Job = Begin(vm, request.Board, options, record.Id) };
        }
        catch (ProblemException)
        {
            _store.Delete(record);
            throw;
        }
    }

    private void Keep(Entry entry)
    {
        MoveRecord[] all;
        lock (_lock)
        {
            _entries.Add(entry);
            all = [.. _entries.Select(each => each.Record)];
        }
        _store.Trim(all, Forget);
    }

    private void Forget(MoveRecord old)
    {
        lock (_lock) _entries.RemoveAll(entry => entry.Record.Id == old.Id);
    }

    private void WhyNot(HostedVm vm, string destination)
    {
        if (vm.IsMoving && FindLast(vm) is { } under)
            throw Problems.Conflict("vm-moving", "The VM is being moved", $"VM '{vm.Name}' is on its way to board '{under.Record.Job.To}', job {under.Record.Id}", vm.Name, $"wait for its end, or cancel it: ehv moves cancel {under.Record.Id}");
        if (_whyUnreachable?.Invoke(destination) is { } reason)
            throw Problems.Conflict("board-unreachable", "The other board cannot be reached", reason, destination, "see: ehv fleet ls");
    }

    private Migration.MoveJob Begin(HostedVm vm, string destination, MoveOptions options, string id)
    {
        try
        {
            return (_endpoint ?? throw new MoveException("the service is still starting")).Move(vm.Id, destination, options, id);
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

    private Entry? FindLast(HostedVm vm)
    {
        lock (_lock) return _entries.FindLast(entry => entry.Vm == vm.Name);
    }

    // Each block that was sent is a change; who watches from afar wants to hear of it a few times a second.
    private void OnChanged(Entry entry)
    {
        var job = Describe(entry);
        lock (_lock)
        {
            var state = $"{job.State} {job.Phase}";
            if (entry.Told.State == state && _time.GetElapsedTime(entry.Told.At) < ProgressPeriod) return;
            entry.Told = (_time.GetTimestamp(), state);
        }
        entry.Change();
        Changed?.Invoke(job);
    }

    private async Task ConcludeAsync(Entry entry, Migration.MoveJob job)
    {
        var result = await job.Completion;
        if (!result.IsInDoubt) // how that ended, the journal says at the next start
        {
            entry.Record = entry.Record with { Job = Describe(entry) };
            Remember(entry.Record);
        }
        _events.Publish($"move-{Quantity.ToKebabCase(result.State.ToString())}", entry.Vm, result.Reason.Length == 0 ? $"to {job.Destination}, stood still {result.Downtime.TotalMilliseconds:0.0} ms" : result.Reason);
        if (result.State == MoveJobState.Succeeded)
            LogMoved(entry.Vm, job.Destination, result.Downtime.TotalMilliseconds, result.DiskTime.TotalMilliseconds, result.Total.TotalMilliseconds, result.BytesSent, result.Rounds, result.Timeline);
        else LogNotMoved(entry.Vm, job.Destination, result.State, result.Reason);
        OnChanged(entry);
    }

    // Of moves that a restart came upon, which have no job.
    private void Settle(Func<Entry, bool> which, MoveResult result)
    {
        Entry[] settled;
        lock (_lock) settled = [.. _entries.Where(entry => entry.Job is null && !entry.Record.IsFinished && which(entry))];
        foreach (var entry in settled)
        {
            var state = Quantity.ToKebabCase(result.State.ToString());
            entry.Record = entry.Record with
            {
                Job = entry.Record.Job with { State = state, Phase = "done", Percent = 100, Reason = result.Reason.Length == 0 ? null : result.Reason },
            };
            Remember(entry.Record);
            _events.Publish($"move-{state}", entry.Vm, result.Reason.Length == 0 ? $"to {entry.Record.Job.To}, begun before a restart" : result.Reason);
            OnChanged(entry);
        }
    }

    // A disk that is full costs the memory of a move, not the move.
    private void Remember(MoveRecord record)
    {
        try
        {
            _store.Write(record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogReport($"move {record.Id} is forgotten at the next restart: {e.Message}");
        }
    }

    [LoggerMessage(LogLevel.Information, "moved vm={vm} to={to} downtime_ms={downtimeMs:0.0} disk_ms={diskMs:0.0} total_ms={totalMs:0} bytes={bytes} rounds={rounds} timeline=({timeline})")]
    private partial void LogMoved(string vm, string to, double downtimeMs, double diskMs, double totalMs, long bytes, int rounds, MoveTimeline? timeline);

    [LoggerMessage(LogLevel.Warning, "not moved vm={vm} to={to}: {state}: {reason}")]
    private partial void LogNotMoved(string vm, string to, MoveJobState state, string reason);

    private Entry Find(string id)
    {
        lock (_lock) return _entries.Find(entry => entry.Record.Id == id) ?? throw Problems.NotFound("move", id, "see: GET /v1/moves");
    }

    private ControlApi.MoveJob Describe(Entry entry)
    {
        if (entry.Job is not { } job) return entry.Record.Job;
        var progress = job.Progress;
        var result = job.Completion.IsCompletedSuccessfully ? job.Completion.Result : null;
        var sent = Math.Max(progress.BytesSent, result?.BytesSent ?? 0);
        return new ControlApi.MoveJob(
            job.Id,
            entry.Vm,
            _board.Name,
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
            entry.Record.Job.By,
            result is { State: MoveJobState.Succeeded, Timeline: { } timeline } ? [.. timeline.Marks.Select(mark => new MoveStepTime(Quantity.ToKebabCase(mark.Step.ToString()), Math.Round(mark.At.TotalMilliseconds, 3)))] : null);
    }

    [LoggerMessage(LogLevel.Warning, "{message}")]
    private partial void LogReport(string message);

    private sealed class Entry(MoveRecord record)
    {
        private volatile MoveRecord _record = record;

        public event Action? Changed;

        /// <summary>What is on the disk.</summary>
        public MoveRecord Record
        {
            get => _record;
            set => _record = value;
        }

        /// <summary>The move; null where it is from before a restart.</summary>
        public Migration.MoveJob? Job { get; init; }

        public string Vm => Record.Job.Vm;

        public string? Token => Record.Token;

        /// <summary>When a change was last told, and which.</summary>
        public (long At, string State) Told { get; set; }

        public void Change() => Changed?.Invoke();
    }
}
