// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;

namespace EdgeHypervisor.ControlApi;

/// <summary>How everything here is written: camelCase, nulls left out, no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ServiceHealth))]
[JsonSerializable(typeof(ServiceEvent))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(BoardInfo))]
[JsonSerializable(typeof(IReadOnlyList<PeripheralActivity>))]
[JsonSerializable(typeof(IReadOnlyList<PluginInfo>))]
[JsonSerializable(typeof(PluginRequest))]
[JsonSerializable(typeof(IReadOnlyList<VmSummary>))]
[JsonSerializable(typeof(VmDetails))]
[JsonSerializable(typeof(VmCreateRequest))]
[JsonSerializable(typeof(VmPlan))]
[JsonSerializable(typeof(IReadOnlyList<SnapshotInfo>))]
[JsonSerializable(typeof(SnapshotRequest))]
[JsonSerializable(typeof(TraceLine))]
[JsonSerializable(typeof(ProfileInfo))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(IReadOnlyList<LogLine>))]
[JsonSerializable(typeof(MoveRequest))]
[JsonSerializable(typeof(IReadOnlyList<MoveJob>))]
[JsonSerializable(typeof(IReadOnlyList<FleetBoard>))]
[JsonSerializable(typeof(FleetJob))]
[JsonSerializable(typeof(FleetLoad))]
[JsonSerializable(typeof(FleetReply))]
[JsonSerializable(typeof(IReadOnlyList<OwnershipInfo>))]
[JsonSerializable(typeof(AdoptRequest))]
[JsonSerializable(typeof(Dictionary<string, string>))]
public sealed partial class ControlJson : JsonSerializerContext;
