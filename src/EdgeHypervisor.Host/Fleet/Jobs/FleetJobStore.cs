// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace EdgeHypervisor.Host;

/// <summary>The jobs of several VMs, a file for each: the service can end at any time and goes on with them.</summary>
internal sealed class FleetJobStore(DataFolder data)
{
    private const int Remembered = 100;
    private const string Extension = ".json";

    /// <summary>All that can be read, oldest first.</summary>
    public IReadOnlyList<FleetJobRecord> Load(Action<string> report)
    {
        StagedFile.Sweep(data.Jobs);
        var files = new DirectoryInfo(data.Jobs).GetFiles("*" + Extension).OrderBy(file => file.CreationTimeUtc).ToArray();
        return [.. files.Select(file => Read(file.FullName, report)).OfType<FleetJobRecord>()];
    }

    /// <summary>Durable when it returns.</summary>
    public void Write(FleetJobRecord record)
    {
        using var file = new StagedFile(PathOf(record.Job.Id));
        file.Content.Write(JsonSerializer.SerializeToUtf8Bytes(record, HostJson.Default.FleetJobRecord));
        file.Commit();
    }

    /// <summary>Forgets the oldest ones that are over.</summary>
    public void Trim(IReadOnlyList<FleetJobRecord> all, Action<FleetJobRecord> forgotten)
    {
        foreach (var old in all.Where(record => record.Job.IsFinished).Take(Math.Max(0, all.Count - Remembered)))
        {
            File.Delete(PathOf(old.Job.Id));
            forgotten(old);
        }
    }

    private static FleetJobRecord? Read(string path, Action<string> report)
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(path), HostJson.Default.FleetJobRecord);
            if (record is { Version: > 0 and <= FleetJobRecord.CurrentVersion }) return record;
            report($"{path}: of another version; left alone");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            report($"{path}: left alone: {e.Message}");
        }
        return null;
    }

    private string PathOf(string id) => Path.Combine(data.Jobs, id + Extension);
}
