// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

public sealed class OwnershipJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => Path.Combine(_folder["vm"], OwnershipJournal.FileName);

    public void Dispose() => _folder.Dispose();

    private static OwnershipRecord Relinquished(ulong transaction) => new()
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
    public void A_folder_without_a_journal_has_none() => Assert.Null(OwnershipJournal.Open(_folder["vm"]));

    [Fact]
    public void The_last_record_is_there_after_opening_again()
    {
        using (var journal = OwnershipJournal.Create(_folder["vm"], OwnershipRecord.Created("vm")))
        {
            for (ulong i = 1; i <= 11; i++) journal.Write(Relinquished(i));
        }
        using var again = OwnershipJournal.Open(_folder["vm"])!;
        Assert.Equal(Relinquished(11), again.Last);
    }

    [Fact]
    public void The_file_does_not_grow()
    {
        using var journal = OwnershipJournal.Create(_folder["vm"], OwnershipRecord.Created("vm"));
        var before = new FileInfo(FilePath).Length;
        for (ulong i = 1; i <= 40; i++) journal.Write(Relinquished(i));
        Assert.Equal(before, new FileInfo(FilePath).Length);
    }

    [Fact]
    public void A_write_cut_off_at_any_byte_leaves_the_old_record_or_the_new_one()
    {
        for (ulong count = 1; count <= OwnershipJournal.SlotCount; count++)
        {
            using (var journal = OwnershipJournal.Create(_folder["vm"], OwnershipRecord.Created("vm")))
            {
                for (ulong i = 1; i <= count; i++) journal.Write(Relinquished(i));
            }
            var whole = File.ReadAllBytes(FilePath);
            var slot = new byte[OwnershipJournal.SlotBytes];
            OwnershipJournal.Encode(Relinquished(count + 1), count + 2, slot);
            var at = (int)((count + 2) % OwnershipJournal.SlotCount) * OwnershipJournal.SlotBytes;
            var used = Array.FindLastIndex(slot, b => b != 0) + 1;
            for (var written = 0; written <= used; written++)
            {
                var torn = whole.ToArray();
                slot.AsSpan(0, written).CopyTo(torn.AsSpan(at));
                File.WriteAllBytes(FilePath, torn);
                using var journal = OwnershipJournal.Open(_folder["vm"])!;
                Assert.Contains(journal.Last, new[] { Relinquished(count), Relinquished(count + 1) });
                if (written is 0) Assert.Equal(Relinquished(count), journal.Last);
                if (written == used) Assert.Equal(Relinquished(count + 1), journal.Last);
            }
        }
    }

    [Fact]
    public void A_file_truncated_at_any_byte_gives_a_record_that_was_written_or_says_that_it_cannot_be_read()
    {
        using (var journal = OwnershipJournal.Create(_folder["vm"], OwnershipRecord.Created("vm"))) journal.Write(Relinquished(1));
        var whole = File.ReadAllBytes(FilePath);
        for (var length = 0; length < whole.Length; length += length % OwnershipJournal.SlotBytes < 300 ? 1 : 97)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            try
            {
                using var journal = OwnershipJournal.Open(_folder["vm"])!;
                Assert.Contains(journal.Last, new[] { OwnershipRecord.Created("vm"), Relinquished(1) });
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
        using (var journal = OwnershipJournal.Create(_folder["vm"], OwnershipRecord.Created("vm"))) journal.Write(Relinquished(1));
        var whole = File.ReadAllBytes(FilePath);
        var used = 20 + 120;
        Gen.Select(Gen.Int[0, used - 1], Gen.Int[0, 7]).Sample((at, bit) =>
        {
            using var folder = new TemporaryFolder();
            var damaged = whole.ToArray();
            damaged[2 * OwnershipJournal.SlotBytes + at] ^= (byte)(1 << bit);
            File.WriteAllBytes(folder[OwnershipJournal.FileName], damaged);
            using var journal = OwnershipJournal.Open(folder.Path)!;
            return journal.Last == OwnershipRecord.Created("vm") || (journal.Last == Relinquished(1) && at >= RecordEnd(whole));
        }, iter: 500, threads: 1);
    }

    [Fact]
    public void Random_bytes_are_never_a_journal() => Gen.Byte.Array[0, 20_000].Sample(bytes =>
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder[OwnershipJournal.FileName], bytes);
        Assert.Throws<JournalException>(() => OwnershipJournal.Open(folder.Path));
    }, iter: 200, threads: 1);

    [Fact]
    public void A_crash_while_it_is_created_leaves_none_or_a_whole_one()
    {
        OwnershipJournal.Create(_folder["vm"], OwnershipRecord.Created("vm")).Dispose();
        var whole = File.ReadAllBytes(FilePath);
        File.Delete(FilePath);
        File.WriteAllBytes(FilePath + ".new", whole[..100]);
        Assert.Null(OwnershipJournal.Open(_folder["vm"]));
        using var journal = OwnershipJournal.Create(_folder["vm"], OwnershipRecord.Created("vm"));
        Assert.Equal(OwnershipRecord.Created("vm"), journal.Last);
    }

    private static int RecordEnd(byte[] whole) =>
        20 + BitConverter.ToInt32(whole, 2 * OwnershipJournal.SlotBytes + 16);
}
