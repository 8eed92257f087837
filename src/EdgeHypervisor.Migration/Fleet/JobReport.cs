// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace EdgeHypervisor.Migration;

/// <summary>What a board publishes of a job: on <c>edgehypervisor/1/BOARD/job/ID</c>, and on the response topic of the command.</summary>
/// <param name="Job">The job's id; empty when the command was refused before there was one.</param>
/// <param name="State">Where it is.</param>
public sealed record JobReport(string Job, MoveJobState State)
{
    /// <summary>The VM.</summary>
    public string Vm { get; init; } = "";

    /// <summary>The board that it leaves.</summary>
    public string From { get; init; } = "";

    /// <summary>The board that it goes to.</summary>
    public string To { get; init; } = "";

    /// <summary>The token of the command; empty when it had none.</summary>
    public string Token { get; init; } = "";

    /// <summary>Why it failed.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How far it is; null when there is nothing to say.</summary>
    public MoveProgress? Progress { get; init; }

    /// <summary>The figures at the end; null before.</summary>
    public MoveResult? Result { get; init; }

    /// <summary>The report of a job as it is now.</summary>
    public static JobReport Of(MoveJob job, string from, string token) => new(job.Id, job.State)
    {
        Vm = job.Vm,
        From = from,
        To = job.Destination,
        Token = token,
        Reason = job.Completion.IsCompletedSuccessfully ? job.Completion.Result.Reason : "",
        Progress = job.State == MoveJobState.InProgress ? job.Progress : null,
        Result = job.Completion.IsCompletedSuccessfully ? job.Completion.Result : null,
    };

    /// <summary>The state as it is written: <c>queued</c>, <c>in-progress</c>, <c>succeeded</c>, <c>failed</c>, <c>cancelled</c>.</summary>
    public static string NameOf(MoveJobState state) => state switch
    {
        MoveJobState.Queued => "queued",
        MoveJobState.InProgress => "in-progress",
        MoveJobState.Succeeded => "succeeded",
        MoveJobState.Failed => "failed",
        MoveJobState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>Writes it.</summary>
    public byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("job", Job);
            json.WriteString("state", NameOf(State));
            WriteText(json, "vm", Vm);
            WriteText(json, "from", From);
            WriteText(json, "to", To);
            WriteText(json, "token", Token);
            WriteText(json, "reason", Reason);
            if (Progress is not null) Write(json, Progress);
            if (Result is not null) Write(json, Result);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, MoveProgress progress)
    {
        json.WriteStartObject("progress");
        json.WriteString("phase", progress.Phase.ToString().ToLowerInvariant());
        json.WriteNumber("round", progress.Round);
        json.WriteNumber("percent", progress.Percent);
        json.WriteNumber("bytesSent", progress.BytesSent);
        json.WriteNumber("bytesPerSecond", progress.BytesPerSecond);
        json.WriteNumber("remainingBytes", progress.RemainingBytes);
        json.WriteNumber("expectedDowntimeMs", Milliseconds(progress.ExpectedDowntime));
        json.WriteNumber("throttlePercent", progress.ThrottlePercent);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, MoveResult result)
    {
        json.WriteNumber("downtimeMs", Milliseconds(result.Downtime));
        json.WriteNumber("totalMs", Milliseconds(result.Total));
        json.WriteNumber("bytesSent", result.BytesSent);
        json.WriteNumber("rounds", result.Rounds);
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        if (text.Length > 0) json.WriteString(name, text);
    }
}
