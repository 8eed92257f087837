// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What an ELF file holds for a machine to run.</summary>
/// <param name="Segments">What is loaded where.</param>
/// <param name="Entry">Address of the first instruction.</param>
/// <param name="Kernel">A kernel without a place; empty for none.</param>
/// <param name="InitialFileSystem">Its initial file system; empty for none.</param>
/// <param name="IsMovable">Whether it is position-independent and linked at 0, so that it was put where raw firmware goes.</param>
internal sealed record ElfContent(
    IReadOnlyList<FirmwareSegment> Segments, ulong Entry, ReadOnlyMemory<byte> Kernel, ReadOnlyMemory<byte> InitialFileSystem, bool IsMovable);
