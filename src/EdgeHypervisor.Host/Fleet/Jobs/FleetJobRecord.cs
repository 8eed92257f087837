// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Host;

/// <summary>What is remembered of a job of several VMs: <c>jobs/ID.json</c>.</summary>
/// <param name="Version">The version of these fields.</param>
/// <param name="Order">The command, as it came.</param>
/// <param name="Job">How far it is.</param>
/// <param name="Token">The asker's token; empty: none.</param>
/// <param name="Image">The firmware that it gives, which is kept for it.</param>
/// <param name="Previous">The firmware that an update takes away, until it is known to be well.</param>
internal sealed record FleetJobRecord(int Version, string Order, FleetJob Job, string Token = "", string? Image = null, string? Previous = null) : IJobRecord<FleetJobRecord>
{
    public const int Remembered = 100;

    public static int NewestVersion => 1;

    public static JsonTypeInfo<FleetJobRecord> Format => HostJson.Default.FleetJobRecord;

    [JsonIgnore]
    public string Id => Job.Id;

    [JsonIgnore]
    public bool IsFinished => Job.IsFinished;

    /// <summary>The store of a board.</summary>
    public static JobStore<FleetJobRecord> StoreOf(DataFolder data) => new(data.Jobs, Remembered);
}
