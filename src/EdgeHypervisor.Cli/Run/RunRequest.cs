// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>What <c>ehv run</c> was asked for, as it was written.</summary>
internal sealed class RunRequest
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

    /// <summary>Where a debugger may come; null: nowhere.</summary>
    public string? Gdb { get; init; }

    /// <summary>Where a trace goes; null: there is none.</summary>
    public string? Trace { get; init; }

    public string? TraceEvents { get; init; }

    public string? TracePc { get; init; }

    public string[] TraceDevices { get; init; } = [];

    public long? TraceLimit { get; init; }

    public bool IsProfiled { get; init; }

    public bool IsDeterministic { get; init; }

    public bool IsUnpaced { get; init; }

    public string[] PluginFolders { get; init; } = [];

    public string[] MachineFolders { get; init; } = [];
}
