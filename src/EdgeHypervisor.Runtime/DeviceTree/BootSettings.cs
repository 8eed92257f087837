// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What a boot loader tells a kernel through the node <c>/chosen</c>.</summary>
public sealed record BootSettings
{
    /// <summary>The kernel's command line; empty for none.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>Where the initial file system was loaded, and its length in bytes; null when there is none.</summary>
    public (ulong Start, ulong LengthBytes)? InitialFileSystem { get; init; }

    /// <summary>What the firmware is to start; null where it knows by itself. The machine hands it over behind its device tree.</summary>
    public NextStage? NextStage { get; init; }

    /// <summary>Random bytes for the kernel's generator; empty for none, as a deterministic VM has it.</summary>
    public ReadOnlyMemory<byte> RandomSeed { get; init; }
}
