// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>What <c>ehv run</c> was asked for, as it was written.</summary>
internal sealed record RunRequest
{
    /// <summary>Firmware or a manifest; null: the OpenSBI that is installed.</summary>
    public string? Firmware { get; init; }

    public string? Kernel { get; init; }

    public string? InitialFileSystem { get; init; }

    public string? CommandLine { get; init; }

    public string[] Disks { get; init; } = [];

    public string[] Networks { get; init; } = [];

    public string[] Load { get; init; } = [];

    public string? Machine { get; init; }

    public string? Memory { get; init; }

    public string[] Serial { get; init; } = [];

    public string[] CoreOptions { get; init; } = [];

    public string[] Map { get; init; } = [];

    public string? Board { get; init; }

    public bool IsDeterministic { get; init; }

    public bool IsUnpaced { get; init; }

    public string[] PluginFolders { get; init; } = [];

    public string[] MachineFolders { get; init; } = [];
}
