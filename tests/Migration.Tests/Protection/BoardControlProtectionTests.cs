// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

/// <summary>What a broker, or a client that can publish anywhere, can do with the control messages: nothing.</summary>
public sealed class BoardControlProtectionTests : IDisposable
{
    private static readonly byte[] Message = Encoding.ASCII.GetBytes("commit the thermostat");

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, BoardIdentity> _identities = [];

    public BoardControlProtectionTests()
    {
        foreach (var board in (string[])["desk", "pocket", "eve"]) _identities[board] = BoardIdentity.Create();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_receiver_reads_what_was_sent_and_by_whom()
    {
        var (sender, message) = Board("pocket", "desk").Open(Board("desk", "pocket").Protect("pocket", Message));
        Assert.Equal(("desk", "commit the thermostat"), (sender, Encoding.ASCII.GetString(message)));
    }

    [Fact]
    public void Nothing_of_it_can_be_read_on_the_way() =>
        Assert.DoesNotContain("thermostat", Encoding.Latin1.GetString(Board("desk", "pocket").Protect("pocket", Message)));

    [Fact]
    public void Any_change_is_noticed()
    {
        var payload = Board("desk", "pocket").Protect("pocket", Message);
        var pocket = Board("pocket", "desk");
        for (var at = 0; at < payload.Length; at++)
        {
            var changed = payload.ToArray();
            changed[at] ^= 1;
            Assert.Throws<FormatException>(() => pocket.Open(changed));
            Assert.Throws<FormatException>(() => pocket.Open(payload.AsMemory(0, at)));
        }
    }

    [Fact]
    public void A_message_for_one_board_is_none_for_another() =>
        Assert.Throws<FormatException>(() => Board("eve", "desk", "pocket").Open(Board("desk", "pocket", "eve").Protect("pocket", Message)));

    [Fact]
    public void A_message_sent_back_to_its_sender_is_none() =>
        Assert.Throws<FormatException>(() => Board("desk", "pocket").Open(Board("desk", "pocket").Protect("pocket", Message)));

    [Fact]
    public void Another_trusted_board_can_not_speak_in_the_name_of_one()
    {
        // Eve is trusted too, and writes "desk" where her name should be.
        var forged = new BoardControlProtection("desk", _identities["eve"], Trusted("pocket")).Protect("pocket", Message);
        Assert.Throws<FormatException>(() => Board("pocket", "desk", "eve").Open(forged));
    }

    [Fact]
    public void Who_is_not_on_the_list_is_not_heard_and_told_nothing()
    {
        Assert.Throws<FormatException>(() => Board("pocket", "desk").Open(Board("eve", "pocket").Protect("pocket", Message)));
        Assert.Contains("eve", Assert.Throws<MoveException>(() => Board("desk", "pocket").Protect("eve", Message)).Message);
    }

    [Fact]
    public void Trust_ends_when_the_line_is_removed()
    {
        var path = _folder["trusted"];
        File.WriteAllText(path, $"desk {_identities["desk"].Public} # my desk\n");
        var pocket = new BoardControlProtection("pocket", _identities["pocket"], new TrustedBoards(path, _ => { }));
        var payload = Board("desk", "pocket").Protect("pocket", Message);
        pocket.Open(payload);
        File.WriteAllText(path, "# nobody\n");
        Assert.Throws<FormatException>(() => pocket.Open(payload));
    }

    [Fact]
    public void A_broken_list_is_reported_with_its_line_and_the_last_good_one_stays()
    {
        var path = _folder["trusted"];
        List<string> reports = [];
        var trusted = new TrustedBoards(path, reports.Add);
        File.WriteAllText(path, $"desk {_identities["desk"].Public}\n");
        Assert.NotNull(trusted.Find("desk"));
        File.WriteAllText(path, $"desk {_identities["desk"].Public}\npocket ehv1-nonsense\n");
        Assert.NotNull(trusted.Find("desk"));
        Assert.Contains("line 2", Assert.Single(reports));
    }

    [Fact]
    public void The_keys_are_made_once_and_readable_by_their_owner_only()
    {
        using var first = BoardIdentity.LoadOrCreate(_folder["keys"]);
        using var again = BoardIdentity.LoadOrCreate(_folder["keys"]);
        Assert.Equal(first.Public, again.Public);
        Assert.Equal(first.Public, PublicIdentity.Parse(first.Public.ToString()));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder[Path.Combine("keys", BoardIdentity.FileName)]));
    }

    [Fact]
    public void A_file_that_holds_no_keys_is_not_replaced()
    {
        Directory.CreateDirectory(_folder["keys"]);
        var path = _folder[Path.Combine("keys", BoardIdentity.FileName)];
        File.WriteAllText(path, "my diary");
        Assert.Contains(path, Assert.Throws<MoveException>(() => BoardIdentity.LoadOrCreate(_folder["keys"])).Message);
        Assert.Equal("my diary", File.ReadAllText(path));
    }

    [Fact]
    public async Task A_protected_VM_moves_and_a_broker_that_plays_everything_again_changes_nothing()
    {
        var witness = new Witness();
        var broker = new LossyBroker { Record = [] };
        await using var desk = await new TestBoard("desk", broker, witness) { Protection = Board("desk", "pocket") }.StartAsync();
        await using var pocket = await new TestBoard("pocket", broker, witness) { Protection = Board("pocket", "desk") }.StartAsync();
        await desk.CreateAsync("vm-secret");
        Assert.Equal("", (await desk.Endpoint.Move("vm-secret", "pocket").Completion.WaitAsync(TimeSpan.FromMinutes(4))).Reason);
        TransportMessage[] recorded = [.. broker.Record];
        Assert.All(recorded, m => Assert.DoesNotContain("vm-secret", Encoding.Latin1.GetString(m.Payload.Span) + m.Topic));
        for (var i = 0; i < 3; i++)
        {
            foreach (var message in recorded) broker.Inject(message);
        }
        Assert.Equal("", (await pocket.Endpoint.Move("vm-secret", "desk").Completion.WaitAsync(TimeSpan.FromMinutes(4))).Reason);
        foreach (var message in recorded) broker.Inject(message);
        Assert.Equal("", (await desk.Endpoint.Move("vm-secret", "pocket").Completion.WaitAsync(TimeSpan.FromMinutes(4))).Reason);
        Assert.Empty(witness.Broken);
        Assert.Equal(4UL, pocket.Endpoint.List().Single().Epoch);
    }

    private BoardControlProtection Board(string board, params string[] others) => new(board, _identities[board], Trusted(others));

    private TrustedBoards Trusted(params string[] boards)
    {
        var path = _folder[$"trusted-{string.Join('-', boards)}"];
        File.WriteAllLines(path, boards.Select(b => $"{b} {_identities[b].Public}"));
        return new TrustedBoards(path, _ => { });
    }
}
