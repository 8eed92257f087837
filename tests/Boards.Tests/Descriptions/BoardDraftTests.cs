// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards.Tests.Descriptions;

/// <summary>Drafts of board files, and the reader that has to take them.</summary>
public sealed class BoardDraftTests
{
    [Fact]
    public void What_is_free_is_a_peripheral_and_what_somebody_has_a_comment()
    {
        var text = BoardDraft.Write("My Board", [new ProbeResult("Raspberry Pi 5", [Line("GPIO17", 17, ""), Line("PWR_LED", 43, "PWR")], ["a bus was not asked"])]);

        Assert.Contains("# a bus was not asked\n", text);
        Assert.Contains("  # in use by PWR: PWR_LED, chip: \"pinctrl-rp1\", line: 43\n", text);
        var board = DescriptionReader.ParseBoard(text, "draft.yaml");
        Assert.Equal(("my-board", "Raspberry Pi 5"), (board.Name, board.Model));
        var line = Assert.Single(board.Peripherals);
        Assert.Equal(("gpio17", "linux.gpio", "17", "pinctrl-rp1"), (line.Role, line.Driver, line.Options["line"], line.Options["chip"]));
    }

    [Fact]
    public void Lines_of_one_name_get_roles_of_their_own()
    {
        var board = Parse([Line("NC", 1, ""), Line("NC", 2, ""), Line("nc", 3, "")]);
        Assert.Equal(["nc", "nc-2", "nc-3"], board.Peripherals.Select(peripheral => peripheral.Role));
    }

    [Fact]
    public void A_board_with_nothing_free_is_a_board_still() => Assert.Empty(Parse([Line("GPIO17", 17, "x")]).Peripherals);

    [Fact]
    public void Whatever_the_kernel_calls_things_the_reader_takes_the_draft()
    {
        var finding = Gen.Select(Gen.String, Gen.String, Gen.String, Gen.String)
            .Select((role, option, note, user) => new ProbeFinding(role, "linux.gpio", [KeyValuePair.Create("chip", option)], note, user));
        Gen.Select(Gen.String, Gen.String, Gen.String, finding.Array[0, 8]).Sample((name, model, remark, findings) =>
        {
            var board = DescriptionReader.ParseBoard(BoardDraft.Write(name, [new ProbeResult(model, findings, [remark])]), "draft.yaml");
            Assert.Equal(findings.Where(one => one.User.Length == 0).Select(one => one.Options[0].Value), board.Peripherals.Select(peripheral => peripheral.Options["chip"]));
        }, iter: 2000);
    }

    private static BoardDescription Parse(ProbeFinding[] findings) => DescriptionReader.ParseBoard(BoardDraft.Write("x", [new ProbeResult("", findings, [])]), "draft.yaml");

    private static ProbeFinding Line(string name, int offset, string user) =>
        new(name, "linux.gpio", [KeyValuePair.Create("chip", "pinctrl-rp1"), KeyValuePair.Create("line", $"{offset}")], "", user);
}
