// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>The frame of a snapshot file: a header, then sections of tag, length and content; the last holds the digest of all before it.</summary>
/// <remarks>docs/state-format.md, "Snapshot file". All numbers are little-endian.</remarks>
internal static class SnapshotFormat
{
    public const uint Version = 1;

    /// <summary>Magic and version.</summary>
    public const int HeaderBytes = 12;

    /// <summary>Tag (4) and length (8).</summary>
    public const int SectionHeaderBytes = 12;

    /// <summary>Region (4), number of pages (4) and first page (8) before the pages.</summary>
    public const int PagesHeaderBytes = 16;

    public const int MaximumPagesInSection = 256;

    public const int MaximumMetadataBytes = 64 << 20;

    public const int MaximumFirmwareBytes = 1 << 30;

    public static ReadOnlySpan<byte> Magic => "EHVSTATE"u8;

    public static ReadOnlySpan<byte> Metadata => "META"u8;

    public static ReadOnlySpan<byte> Firmware => "FIRM"u8;

    public static ReadOnlySpan<byte> Pages => "PAGE"u8;

    public static ReadOnlySpan<byte> End => "DONE"u8;
}
