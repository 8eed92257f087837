// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeHypervisor.Runtime;

/// <summary>Writes a snapshot to a stream: metadata, firmware, then the pages that are not zero.</summary>
internal sealed class SnapshotWriter(Stream stream) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Writes all of a machine that stands still.</summary>
    public void Write(Machine machine)
    {
        Span<byte> header = stackalloc byte[SnapshotFormat.HeaderBytes];
        SnapshotFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], SnapshotFormat.Version);
        Put(header);
        WriteSection(SnapshotFormat.Metadata, Metadata(machine));
        if (machine.Blueprint.Firmware is { } firmware) WriteSection(SnapshotFormat.Firmware, firmware.Content.Span);
        for (var region = 0; region < machine.Memory.Banks.Count; region++) WritePages(machine.Memory, region);
        WriteEnd();
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private static byte[] Metadata(Machine machine)
    {
        var cbor = CborStateWriter.NewCbor();
        CborStateWriter.WriteFields("snapshot", cbor, fields =>
        {
            fields.Write("vm", machine.Blueprint.Name);
            fields.Write("firmware", machine.Blueprint.Firmware?.Source ?? "");
            fields.Write("firmwareAt", machine.Blueprint.Firmware?.RawAddress ?? 0ul);
            var descriptions = machine.Blueprint.Descriptions.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList();
            fields.WriteList("descriptions", descriptions.Count, (entry, i) =>
            {
                entry.Write("key", descriptions[i].Key);
                entry.Write("text", descriptions[i].Value);
            });
            fields.Write("machine", MachineStateCodec.Save(machine));
        });
        return cbor.Encode();
    }

    private void WritePages(GuestMemory memory, int region)
    {
        ulong first = 0;
        uint count = 0;
        foreach (var page in memory.FindPopulated(region).Pages())
        {
            if (GuestMemory.IsZero(memory.PageSpan(region, page))) continue;
            if (count == SnapshotFormat.MaximumPagesInSection || (count > 0 && page != first + count))
            {
                WriteRun(memory, region, first, count);
                count = 0;
            }
            if (count++ == 0) first = page;
        }
        if (count > 0) WriteRun(memory, region, first, count);
    }

    private void WriteRun(GuestMemory memory, int region, ulong first, uint count)
    {
        BeginSection(SnapshotFormat.Pages, SnapshotFormat.PagesHeaderBytes + ((ulong)count * RamRegion.PageBytes));
        Span<byte> header = stackalloc byte[SnapshotFormat.PagesHeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)region);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], count);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], first);
        Put(header);
        for (ulong i = 0; i < count; i++) Put(memory.PageSpan(region, first + i));
    }

    private void WriteEnd()
    {
        var digest = _hash.GetHashAndReset();
        BeginSection(SnapshotFormat.End, (ulong)digest.Length);
        Put(digest);
    }

    private void WriteSection(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> content)
    {
        BeginSection(tag, (ulong)content.Length);
        Put(content);
    }

    private void BeginSection(ReadOnlySpan<byte> tag, ulong lengthBytes)
    {
        Span<byte> header = stackalloc byte[SnapshotFormat.SectionHeaderBytes];
        tag.CopyTo(header);
        BinaryPrimitives.WriteUInt64LittleEndian(header[4..], lengthBytes);
        Put(header);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        stream.Write(bytes);
    }
}
