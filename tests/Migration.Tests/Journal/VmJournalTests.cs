// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

public sealed class VmJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => Path.Combine(_folder["vm"], VmJournal.FileName);

    public void Dispose() => _folder.Dispose();

    private static VmRecord Relinquished(ulong transaction) => new()
    {
        Vm = "vm",
        Kind = VmRecordKind.Relinquished,
        OwnedEpoch = 4,
        Transaction = transaction,
        Move = new MoveId("vm", 5, transaction),
        Peer = "pocket",
        Digest = new Digest256(1, 2, 3, ulong.MaxValue),
        Floor = new MoveFloor(3, ulong.MaxValue),
    };

    [Fact]
    public void A_folder_without_a_journal_has_none() => Assert.Null(VmJournal.Open(_folder["vm"]));

    [Fact]
    public void The_last_record_is_there_after_opening_again()
    {
        using (var journal = VmJournal.Create(_folder["vm"], VmRecord.Created("vm")))
        {
            for (ulong i = 1; i <= 11; i++) journal.Write(Relinquished(i));
        }
        using var again = VmJournal.Open(_folder["vm"])!;
        Assert.Equal(Relinquished(11), again.Last);
    }

    [Fact]
    public void The_file_does_not_grow()
    {
        using var journal = VmJournal.Create(_folder["vm"], VmRecord.Created("vm"));
        var before = new FileInfo(FilePath).Length;
        for (ulong i = 1; i <= 40; i++) journal.Write(Relinquished(i));
        Assert.Equal(before, new FileInfo(FilePath).Length);
    }

    [Fact]
    public void A_write_cut_off_at_any_byte_leaves_the_old_record_or_the_new_one()
    {
        for (ulong count = 1; count <= VmJournal.SlotCount; count++)
        {
            using (var journal = VmJournal.Create(_folder["vm"], VmRecord.Created("vm")))
            {
                for (ulong i = 1; i <= count; i++) journal.Write(Relinquished(i));
            }
            var whole = File.ReadAllBytes(FilePath);
            var slot = new byte[VmJournal.SlotBytes];
            VmJournal.Encode(Relinquished(count + 1), count + 2, slot);
            var at = (int)((count + 2) % VmJournal.SlotCount) * VmJournal.SlotBytes;
            var used = Array.FindLastIndex(slot, b => b != 0) + 1;
            for (var written = 0; written <= used; written++)
            {
                var torn = whole.ToArray();
                slot.AsSpan(0, written).CopyTo(torn.AsSpan(at));
                File.WriteAllBytes(FilePath, torn);
                using var journal = VmJournal.Open(_folder["vm"])!;
                Assert.Contains(journal.Last, new[] { Relinquished(count), Relinquished(count + 1) });
                if (written is 0) Assert.Equal(Relinquished(count), journal.Last);
                if (written == used) Assert.Equal(Relinquished(count + 1), journal.Last);
            }
        }
    }

    [Fact]
    public void A_file_truncated_at_any_byte_gives_a_record_that_was_written_or_says_that_it_cannot_be_read()
    {
        using (var journal = VmJournal.Create(_folder["vm"], VmRecord.Created("vm"))) journal.Write(Relinquished(1));
        var whole = File.ReadAllBytes(FilePath);
        for (var length = 0; length < whole.Length; length += length % VmJournal.SlotBytes < 300 ? 1 : 97)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            try
            {
                using var journal = VmJournal.Open(_folder["vm"])!;
                Assert.Contains(journal.Last, new[] { VmRecord.Created("vm"), Relinquished(1) });
            }
            catch (JournalException e)
            {
                Assert.Contains(FilePath, e.Message);
            }
        }
    }

    [Fact]
    public void Any_flipped_bit_of_the_newest_slot_is_noticed()
    {
        using (var journal = VmJournal.Create(_folder["vm"], VmRecord.Created("vm"))) journal.Write(Relinquished(1));
        var whole = File.ReadAllBytes(FilePath);
        var used = 20 + 120;
        Gen.Select(Gen.Int[0, used - 1], Gen.Int[0, 7]).Sample((at, bit) =>
        {
            using var folder = new TemporaryFolder();
            var damaged = whole.ToArray();
            damaged[2 * VmJournal.SlotBytes + at] ^= (byte)(1 << bit);
            File.WriteAllBytes(folder[VmJournal.FileName], damaged);
            using var journal = VmJournal.Open(folder.Path)!;
            return journal.Last == VmRecord.Created("vm") || (journal.Last == Relinquished(1) && at >= RecordEnd(whole));
        }, iter: 500, threads: 1);
    }

    [Fact]
    public void Random_bytes_are_never_a_journal() => Gen.Byte.Array[0, 20_000].Sample(bytes =>
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder[VmJournal.FileName], bytes);
        Assert.Throws<JournalException>(() => VmJournal.Open(folder.Path));
    }, iter: 200, threads: 1);

    [Fact]
    public void A_crash_while_it_is_created_leaves_none_or_a_whole_one()
    {
        VmJournal.Create(_folder["vm"], VmRecord.Created("vm")).Dispose();
        var whole = File.ReadAllBytes(FilePath);
        File.Delete(FilePath);
        File.WriteAllBytes(FilePath + ".new", whole[..100]);
        Assert.Null(VmJournal.Open(_folder["vm"]));
        using var journal = VmJournal.Create(_folder["vm"], VmRecord.Created("vm"));
        Assert.Equal(VmRecord.Created("vm"), journal.Last);
    }

    private static int RecordEnd(byte[] whole) =>
        20 + BitConverter.ToInt32(whole, 2 * VmJournal.SlotBytes + 16);
}
