// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;

namespace EdgeHypervisor.Host;

/// <summary>How the service's own files are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(VmRecord))]
[JsonSerializable(typeof(MovedDescription))]
internal sealed partial class HostJson : JsonSerializerContext;
