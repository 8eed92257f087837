// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Whether the service does its work: <c>GET /v1/health</c>.</summary>
/// <param name="Status"><c>ok</c>, or <c>degraded</c> with <paramref name="Problems"/>.</param>
/// <param name="Board">The board's name.</param>
/// <param name="Version">The service's version.</param>
/// <param name="Sdk">The plugin SDK it offers, <c>major.minor</c>.</param>
/// <param name="Architecture">What it runs as: <c>arm64</c>, <c>x64</c>.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="UptimeMs">Milliseconds since it was ready.</param>
/// <param name="StartMs">Milliseconds from the start of the process to ready.</param>
/// <param name="VirtualMachines">How many VMs it has.</param>
/// <param name="Fleet">Whether it is connected to the other boards: <c>connected</c>, <c>connecting</c>, <c>off</c>.</param>
/// <param name="Problems">What is wrong, in words for the owner.</param>
public sealed record ServiceHealth(
    string Status,
    string Board,
    string Version,
    string Sdk,
    string Architecture,
    int ProcessId,
    long UptimeMs,
    long StartMs,
    int VirtualMachines,
    string Fleet,
    IReadOnlyList<string> Problems);
