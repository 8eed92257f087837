// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace EdgeHypervisor.Host;

/// <summary>What is remembered of jobs, a file for each: the service can end at any time and still knows of them.</summary>
/// <param name="folder">Where the files are.</param>
/// <param name="remembered">How many, as long as the oldest are over.</param>
internal sealed class JobStore<TRecord>(string folder, int remembered)
    where TRecord : class, IJobRecord<TRecord>
{
    private const string Extension = ".json";

    /// <summary>All that can be read, oldest first.</summary>
    public IReadOnlyList<TRecord> Load(Action<string> report)
    {
        StagedFile.Sweep(folder);
        var files = new DirectoryInfo(folder).GetFiles("*" + Extension);
        Array.Sort(files, (one, other) => one.CreationTimeUtc.CompareTo(other.CreationTimeUtc));
        return [.. files.Select(file => Read(file.FullName, report)).OfType<TRecord>()];
    }

    /// <summary>Durable when it returns.</summary>
    public void Write(TRecord record)
    {
        using var file = new StagedFile(PathOf(record.Id));
        file.Content.Write(JsonSerializer.SerializeToUtf8Bytes(record, TRecord.Format));
        file.Commit();
    }

    /// <summary>Forgets one that never began.</summary>
    public void Delete(TRecord record) => File.Delete(PathOf(record.Id));

    /// <summary>Forgets the oldest ones that are over.</summary>
    public void Trim(IReadOnlyList<TRecord> all, Action<TRecord> forgotten)
    {
        foreach (var old in all.Where(record => record.IsFinished).Take(Math.Max(0, all.Count - remembered)))
        {
            Delete(old);
            forgotten(old);
        }
    }

    private TRecord? Read(string path, Action<string> report)
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(path), TRecord.Format);
            if (record is not null && record.Version > 0 && record.Version <= TRecord.NewestVersion) return record;
            report($"{path}: of another version; left alone");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            report($"{path}: left alone: {e.Message}");
        }
        return null;
    }

    private string PathOf(string id) => Path.Combine(folder, id + Extension);
}
