// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace EdgeHypervisor.Host;

/// <summary>What is remembered of a move: <c>moves/ID.json</c>. Written before the move begins and when it is over.</summary>
/// <param name="Version">The version of these fields.</param>
/// <param name="VmId">The VM's id; its name may be another's by now.</param>
/// <param name="Job">How it began, or ended.</param>
/// <param name="Token">The asker's token: asked again with it, the move is not begun again.</param>
internal sealed record MoveRecord(int Version, string VmId, ControlApi.MoveJob Job, string? Token = null) : IJobRecord<MoveRecord>
{
    public const int Remembered = 200;

    public static int NewestVersion => 1;

    public static JsonTypeInfo<MoveRecord> Format => HostJson.Default.MoveRecord;

    [JsonIgnore]
    public string Id => Job.Id;

    [JsonIgnore]
    public bool IsFinished => Job.IsFinished;

    /// <summary>The store of a board.</summary>
    public static JobStore<MoveRecord> StoreOf(DataFolder data) => new(data.Moves, Remembered);
}
