// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.ControlApi;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>
/// The jobs of several VMs that this board sees to (docs/decisions/0006): whoever got the command does the job, remembers each
/// step before the next, and goes on after a restart.
/// </summary>
internal sealed partial class FleetJobs : IAsyncDisposable
{
    private const int MostAtOnce = 50;
    private readonly HostBoard _board;
    private readonly JobStore<FleetJobRecord> _store;
    private readonly EventHub _events;
    private readonly ILogger _log;
    private readonly Dictionary<string, IFleetWork> _works;
    private readonly Lock _lock = new();
    private readonly List<FleetJobRun> _runs = [];
    private readonly List<Task> _tasks = [];
    private readonly CancellationTokenSource _ending = new();

    public FleetJobs(HostBoard board, JobStore<FleetJobRecord> store, IEnumerable<IFleetWork> works, EventHub events, ILogger<FleetJobs> log)
    {
        (_board, _store, _events, _log) = (board, store, events, log);
        _works = works.ToDictionary(work => work.Verb, StringComparer.Ordinal);
        foreach (var record in store.Load(message => LogReport(message))) _runs.Add(Run(record));
    }

    /// <summary>A job has changed. From any thread.</summary>
    public event Action<FleetJob>? Changed;

    /// <summary>The firmware that jobs under way still need.</summary>
    public IEnumerable<string> ImagesInUse
    {
        get
        {
            lock (_lock) return [.. _runs.Where(run => !run.Job.IsFinished).SelectMany(run => new[] { run.Record.Image, run.Record.Previous }).OfType<string>()];
        }
    }

    /// <summary>Goes on with what was under way when the service ended.</summary>
    public void Resume()
    {
        lock (_lock)
        {
            foreach (var run in _runs.Where(run => !run.Job.IsFinished)) Begin(run);
        }
    }

    /// <summary>Begins a job; the same token again gives the first one's.</summary>
    /// <exception cref="ProblemException">There are too many.</exception>
    public FleetJob Start(string verb, string token, string by, ReadOnlyMemory<byte> order, string? image = null)
    {
        lock (_lock)
        {
            if (FindToken(verb, token) is { } known) return known;
            if (_runs.Count(run => !run.Job.IsFinished) >= MostAtOnce) throw Problems.Conflict("too-many-jobs", "The board is busy", $"{MostAtOnce} jobs are under way", "board", "wait for one to end, or cancel it");
            var job = new FleetJob($"{verb}-{Guid.NewGuid():n}"[..(verb.Length + 13)], verb, _board.Name, "queued", [], null, by);
            var record = new FleetJobRecord(FleetJobRecord.NewestVersion, Encoding.UTF8.GetString(order.Span), job, token, image);
            _store.Write(record);
            var run = Run(record);
            _runs.Add(run);
            _store.Trim([.. _runs.Select(each => each.Record)], old => _runs.RemoveAll(each => each.Id == old.Job.Id));
            LogBegun(job.Id, by);
            _events.Publish("job-started", job.Id, $"asked by {by}");
            Begin(run);
            return job;
        }
    }

    /// <summary>The job of a token; null when there is none.</summary>
    public FleetJob? FindToken(string verb, string token)
    {
        if (token.Length == 0) return null;
        lock (_lock) return _runs.Find(run => run.Record.Token == token && run.Job.Verb == verb)?.Job;
    }

    public IReadOnlyList<FleetJob> List()
    {
        lock (_lock) return [.. _runs.Select(run => run.Job)];
    }

    /// <summary>A job; null when there is none of this id.</summary>
    public FleetJob? Find(string id) => FindRun(id)?.Job;

    /// <summary>Asks for its end; what is under way comes to its own end.</summary>
    /// <returns>Whether there is such a job.</returns>
    public bool Cancel(string id)
    {
        if (FindRun(id) is not { } run) return false;
        run.Cancel();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        Task[] tasks;
        lock (_lock) tasks = [.. _tasks];
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private FleetJobRun? FindRun(string id)
    {
        lock (_lock) return _runs.Find(run => run.Id == id);
    }

    private FleetJobRun Run(FleetJobRecord record) => new(record, _store.Write, job => Changed?.Invoke(job));

    private void Begin(FleetJobRun run)
    {
        _tasks.RemoveAll(task => task.IsCompleted);
        _tasks.Add(Task.Run(() => DoAsync(run)));
    }

    private async Task DoAsync(FleetJobRun run)
    {
        try
        {
            if (!_works.TryGetValue(run.Job.Verb, out var work)) throw Problems.Invalid($"'{run.Job.Verb}' is not a job of this version");
            await work.RunAsync(run, Encoding.UTF8.GetBytes(run.Record.Order), _ending.Token);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            return; // goes on at the next start
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            run.Fail(e.Message);
        }
        var job = run.Job;
        LogEnded(job.Id, job.State, job.Reason);
        _events.Publish($"job-{job.State}", job.Id, job.Reason);
    }

    [LoggerMessage(LogLevel.Information, "job={job} begun, asked by {by}")]
    private partial void LogBegun(string job, string by);

    [LoggerMessage(LogLevel.Information, "job={job} {state} {reason}")]
    private partial void LogEnded(string job, string state, string? reason);

    [LoggerMessage(LogLevel.Warning, "{message}")]
    private partial void LogReport(string message);
}
