// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;

namespace EdgeHypervisor.Host;

/// <summary>How the service's own files and messages are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(VmRecord))]
[JsonSerializable(typeof(MovedDescription))]
[JsonSerializable(typeof(PlanQuestion))]
[JsonSerializable(typeof(FleetJobRecord))]
[JsonSerializable(typeof(MoveRecord))]
[JsonSerializable(typeof(FleetDescription))]
[JsonSerializable(typeof(FleetVm))]
internal sealed partial class HostJson : JsonSerializerContext;
