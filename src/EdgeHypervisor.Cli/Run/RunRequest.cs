// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>What <c>ehv run</c> was asked for, as it was written.</summary>
internal sealed record RunRequest
{
    public required string Firmware { get; init; }

    public string? Machine { get; init; }

    public string? Memory { get; init; }

    public required string Serial { get; init; }

    public string[] CoreOptions { get; init; } = [];

    public string[] Map { get; init; } = [];

    public string? Board { get; init; }

    public bool IsDeterministic { get; init; }

    public bool IsUnpaced { get; init; }

    public string[] PluginFolders { get; init; } = [];

    public string[] MachineFolders { get; init; } = [];
}
