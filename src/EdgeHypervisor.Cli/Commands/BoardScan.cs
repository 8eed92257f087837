// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cli;

/// <summary>What <c>ehv board scan --format json</c> says.</summary>
/// <param name="Model">The hardware's name; empty where no probe can tell.</param>
/// <param name="Peripherals">What could be opened, and what could be if nobody had it.</param>
/// <param name="Remarks">For people: buses that were not asked, files that could not be read.</param>
internal sealed record BoardScan(string Model, IReadOnlyList<ScannedPeripheral> Peripherals, IReadOnlyList<string> Remarks)
{
    public static BoardScan Of(IReadOnlyList<ProbeResult> results) => new(
        results.Select(result => result.Model).FirstOrDefault(model => model.Length > 0) ?? "",
        [.. results.SelectMany(result => result.Findings).Select(ScannedPeripheral.Of)],
        [.. results.SelectMany(result => result.Remarks)]);
}

/// <summary>One of them.</summary>
/// <param name="Name">What the board calls it.</param>
/// <param name="Driver">The driver that opens it.</param>
/// <param name="Options">The options to open it with.</param>
/// <param name="Note">What it is.</param>
/// <param name="User">Who has it now; empty where nobody does.</param>
internal sealed record ScannedPeripheral(string Name, string Driver, IReadOnlyDictionary<string, string> Options, string Note, string User)
{
    public static ScannedPeripheral Of(ProbeFinding finding) => new(finding.Role, finding.Driver, finding.Options.ToDictionary(), finding.Note, finding.User);
}

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BoardScan))]
internal sealed partial class ScanJson : JsonSerializerContext;
