// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>Has a VM moved by the board that owns it, this one or another, and waits for the end.</summary>
internal sealed class FleetMoves(HostBoard board, MoveService moves, FleetDirectory directory, FleetCaller caller, TimeProvider time)
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    /// <summary>How a move ended.</summary>
    public sealed record End(string State, string? Reason = null, double? DowntimeMs = null);

    /// <param name="vm">The VM's name.</param>
    /// <param name="from">Its owner.</param>
    /// <param name="to">Where to.</param>
    /// <param name="token">Names this move: asked for again after a restart, it is not done twice.</param>
    /// <param name="by">Who asked.</param>
    /// <param name="tuning">How.</param>
    /// <param name="cancelled">Asks for its end; it is waited for all the same.</param>
    /// <param name="ending">Stops waiting.</param>
    public Task<End> MoveAsync(string vm, string from, string to, string token, string by, MoveTuning tuning, CancellationToken cancelled, CancellationToken ending) =>
        from == board.Name ? MoveOwnAsync(vm, to, token, by, tuning, cancelled, ending) : MoveOthersAsync(vm, from, to, token, by, tuning, cancelled, ending);

    /// <summary>Asks a board something and reads its answer.</summary>
    /// <exception cref="ProblemException">It does not answer, or not readably.</exception>
    public async Task<FleetReply> AskAsync(string other, string verb, byte[] payload, CancellationToken ending)
    {
        try
        {
            var answer = await caller.AskAsync(other, verb, payload, AnswerPatience, ending);
            return JsonSerializer.Deserialize(answer.Span, ControlJson.Default.FleetReply) ?? throw new JsonException("the answer is null");
        }
        catch (Exception e) when (e is TimeoutException or TransportException or JsonException)
        {
            throw Problems.Conflict("board-silent", "The other board does not answer", $"board '{other}': {e.Message}", other, "see: ehv fleet ls");
        }
    }

    private async Task<End> MoveOwnAsync(string vm, string to, string token, string by, MoveTuning tuning, CancellationToken cancelled, CancellationToken ending)
    {
        ControlApi.MoveJob job;
        try
        {
            job = moves.Start(new MoveRequest(vm, to, token, By: by), tuning);
        }
        catch (ProblemException e)
        {
            return new End("failed", e.Message);
        }
        await using var registration = cancelled.Register(() => moves.Cancel(job.Id));
        await foreach (var now in moves.WatchAsync(job.Id, ending)) job = now;
        return new End(job.State, job.Reason, job.DowntimeMs);
    }

    private async Task<End> MoveOthersAsync(string vm, string from, string to, string token, string by, MoveTuning tuning, CancellationToken cancelled, CancellationToken ending)
    {
        var command = new MoveCommand(vm, to) { Token = token, By = by, Tuning = tuning }.ToJson();
        FleetReply reply;
        try
        {
            reply = await AskAsync(from, "move", command, ending);
        }
        catch (ProblemException)
        {
            reply = await AskAsync(from, "move", command, ending); // the token makes a second asking harmless
        }
        if (reply.Job is not { } job) return new End("failed", $"{from}: {reply.Error ?? "the answer cannot be read"}");
        var heardAt = time.GetTimestamp();
        var asked = false;
        while (!job.IsFinished)
        {
            await Task.Delay(LookPeriod, time, ending);
            if (cancelled.IsCancellationRequested && !asked)
            {
                asked = true;
                await TryAskAsync(from, "cancel", new CancelCommand(job.Id).ToJson(), ending);
            }
            reply = await TryAskAsync(from, "jobs", new JobCommand(job.Id).ToJson(), ending);
            if (reply.Job is { } now) (job, heardAt) = (now, time.GetTimestamp());
            else if (Forgotten(vm, to, reply.Error, heardAt) is { } end) return end;
        }
        return new End(job.State, job.Reason, job.DowntimeMs);
    }

    // A board may have lost its memory of a move (a full disk, a new one): where the VM is then says how the move ended.
    private End? Forgotten(string vm, string to, string? error, long heardAt)
    {
        if (directory.WhereIs(vm) is { } at && (at == to || error is not null)) return at == to ? new End("succeeded") : new End("failed", $"the VM is on {at}: {error}");
        return time.GetElapsedTime(heardAt) > LongestSilence ? new End("failed", error ?? "its board does not answer any more") : null;
    }

    private async Task<FleetReply> TryAskAsync(string other, string verb, byte[] payload, CancellationToken ending)
    {
        try
        {
            return await AskAsync(other, verb, payload, ending);
        }
        catch (ProblemException)
        {
            return new FleetReply();
        }
    }
}
