// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>What a VM's firmware starts.</summary>
public sealed record BootDescription
{
    /// <summary>The kernel's flat image, or one that gzip compressed, relative to the manifest; empty where the firmware has its own.</summary>
    public string Kernel { get; init; } = "";

    /// <summary>The kernel's initial file system, relative to the manifest; empty for none.</summary>
    public string InitialFileSystem { get; init; } = "";

    /// <summary>The kernel's command line.</summary>
    public string CommandLine { get; init; } = "";
}
