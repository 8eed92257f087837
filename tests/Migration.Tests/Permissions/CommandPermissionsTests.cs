// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

public sealed class CommandPermissionsTests : IDisposable
{
    private static readonly byte[] Payload = """{"vm":"x","to":"pocket","token":"1"}"""u8.ToArray();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("permissions-");
    private readonly BoardIdentity _anna = BoardIdentity.Create();
    private readonly BoardIdentity _pocket = BoardIdentity.Create();
    private readonly BoardIdentity _stranger = BoardIdentity.Create();
    private readonly StoppedTime _time = new();

    public void Dispose()
    {
        _anna.Dispose();
        _pocket.Dispose();
        _stranger.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Without_a_list_everybody_may() => Assert.Equal("bob", Open(null).Admit("move", null, Plain(("by", "bob"))).Name);

    [Fact]
    public void Who_signs_with_a_listed_key_may_what_is_listed()
    {
        var permissions = Open($"anna {_anna.Public} move jobs");
        Assert.Equal("anna", permissions.Admit("move", null, Signed(_anna, "anna", "move")).Name);
        Assert.Contains("may not 'rollout', only jobs, move", Refusal(permissions, "rollout", null, Signed(_anna, "anna", "rollout")));
    }

    [Fact]
    public void Nobody_signs_for_another_one()
    {
        var permissions = Open($"anna {_anna.Public} all");
        Assert.Contains("not signed by anna", Refusal(permissions, "move", null, Signed(_stranger, "anna", "move")));
        Assert.Contains("'stranger' may not command here", Refusal(permissions, "move", null, Signed(_stranger, "stranger", "move")));
    }

    [Fact]
    public void A_signature_holds_for_one_board_one_command_and_one_payload()
    {
        var permissions = Open($"anna {_anna.Public} all");
        Assert.Contains("not signed", Refusal(permissions, "cancel", null, Signed(_anna, "anna", "move")));
        Assert.Contains("not signed", Refusal(permissions, "move", null, Signed(_anna, "anna", "move", board: "pocket")));
        Assert.Contains("not signed", Refusal(permissions, "move", null, Signed(_anna, "anna", "move") with { Payload = "{}"u8.ToArray() }));
    }

    [Fact]
    public void A_signature_holds_for_its_time()
    {
        var permissions = Open($"anna {_anna.Public} all");
        var signed = Signed(_anna, "anna", "move");
        Assert.Contains("more than 15 minutes after", Refusal(permissions, "move", null, Signed(_anna, "anna", "move", minutes: 60)));
        _time.Now += TimeSpan.FromMinutes(6);
        Assert.Contains("was to be obeyed until", Refusal(permissions, "move", null, signed));
    }

    [Fact]
    public void A_signed_command_that_is_played_again_is_known_also_after_a_restart()
    {
        var list = $"anna {_anna.Public} all";
        var signed = Signed(_anna, "anna", "move");
        Assert.False(Open(list).Admit("move", null, signed).IsRepeated);
        Assert.True(Open(list).Admit("move", null, signed).IsRepeated);
    }

    [Fact]
    public void The_brokers_user_is_believed_where_the_list_says_so()
    {
        var permissions = Open("ci broker rollout image");
        Assert.Equal("ci", permissions.Admit("rollout", "ci", Plain()).Name);
        Assert.Contains("may not 'move'", Refusal(permissions, "move", "ci", Plain()));
        Assert.Contains("'bob' may not command here", Refusal(permissions, "rollout", "bob", Plain()));
        Assert.Contains("needs a signature", Refusal(permissions, "rollout", null, Plain(("by", "ci"))));
    }

    [Fact]
    public void A_trusted_board_may_only_if_it_is_listed()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "boards"), $"pocket {_pocket.Public}\n");
        Assert.Contains("board 'pocket' may not command here", Refusal(Open($"anna {_anna.Public} all"), "move", null, Signed(_pocket, "pocket", "move")));
        Assert.Equal("pocket", Open("pocket board move").Admit("move", null, Signed(_pocket, "pocket", "move")).Name);
    }

    [Fact]
    public void Anyone_may_what_anyone_may() => Assert.Equal("anyone", Open("anyone - jobs").Admit("jobs", null, Plain()).Name);

    [Theory]
    [InlineData("anna", "line 1: a name, a proof")]
    [InlineData("\nanna ehv1-x all", "line 2: not a board's public keys")]
    [InlineData("anna broker fly", "'fly' is not a command")]
    [InlineData("anna - all", "only 'anyone'")]
    [InlineData("anyone broker all", "only 'anyone'")]
    [InlineData("ci broker all\nci broker jobs", "line 2: 'ci' is there twice")]
    public void A_wrong_list_is_told_by_line(string list, string reason) => Assert.Contains(reason, Assert.Throws<FormatException>(() => OperatorList.Parse(list)).Message);

    private CommandPermissions Open(string? list)
    {
        var file = Path.Combine(_folder.FullName, "operators");
        if (list is not null) File.WriteAllText(file, list);
        var boards = new TrustedBoards(Path.Combine(_folder.FullName, "boards"), _ => { });
        return new CommandPermissions(
            "desk", list is null ? null : new OperatorList(file, _ => { }), boards, new TakenCommands(Path.Combine(_folder.FullName, "taken"), _time), _time);
    }

    private static string Refusal(CommandPermissions permissions, string verb, string? user, TransportMessage message) =>
        Assert.Throws<FormatException>(() => permissions.Admit(verb, user, message)).Message;

    private static TransportMessage Plain(params (string, string)[] properties) =>
        new() { Topic = "t", Payload = Payload, UserProperties = [.. properties.Select(p => KeyValuePair.Create(p.Item1, p.Item2))] };

    private TransportMessage Signed(BoardIdentity identity, string by, string verb, string board = "desk", int minutes = 5) =>
        new() { Topic = "t", Payload = Payload, UserProperties = CommandSignature.Sign(identity, by, board, verb, Payload, _time.Now + TimeSpan.FromMinutes(minutes)) };

    private sealed class StoppedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
