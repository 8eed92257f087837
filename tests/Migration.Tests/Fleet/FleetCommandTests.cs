// SPDX-License-Identifier: Apache-2.0
using System.Text;
using CsCheck;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

public sealed class FleetCommandTests
{
    [Fact]
    public void Each_command_is_read_as_it_was_written()
    {
        var evacuate = new EvacuateCommand { Where = LabelSelector.Parse("site=roof"), Parallel = 3, Token = "t", Tuning = new MoveTuning { MaximumRounds = 2 } };
        Assert.Equal(evacuate, EvacuateCommand.Parse(evacuate.ToJson()));
        var rebalance = new RebalanceCommand { Where = LabelSelector.Parse("camera"), SpreadPercent = 5, MaximumMoves = 2, DryRun = true, Token = "t" };
        Assert.Equal(rebalance, RebalanceCommand.Parse(rebalance.ToJson()));
        var update = new UpdateCommand("vm-1", "sha256-0") { SettleSeconds = 0, Token = "t" };
        Assert.Equal(update, UpdateCommand.Parse(update.ToJson()));
        var rollout = new RolloutCommand("sha256-0", ["a*", "b"]) { GroupSize = 4, MaximumFailures = 2, SettleSeconds = 9, Token = "t" };
        var read = RolloutCommand.Parse(rollout.ToJson());
        Assert.Equal(rollout.Vms, read.Vms);
        Assert.Equal(rollout, read with { Vms = rollout.Vms });
        var image = ImageCommand.Parse(new ImageCommand("sha256-0", 10, 3, new byte[] { 1, 2, 3 }).ToJson());
        Assert.Equal((10, 3), (image.TotalBytes, image.Offset));
        Assert.Equal([1, 2, 3], image.Data.ToArray());
        Assert.Equal("j", JobCommand.Parse(new JobCommand("j").ToJson()).Job);
    }

    [Fact]
    public void A_rollout_means_VMs_by_name_and_by_pattern()
    {
        var command = new RolloutCommand("sha256-0", ["thermostat*", "door"]);
        Assert.True(command.Means("thermostat-7"));
        Assert.True(command.Means("door"));
        Assert.False(command.Means("door-2"));
        Assert.Contains("'vms' is missing", Assert.Throws<FormatException>(() => RolloutCommand.Parse("""{"image":"x"}"""u8.ToArray())).Message);
    }

    [Fact]
    public void Any_bytes_are_a_command_or_a_clear_error()
    {
        Action<ReadOnlyMemory<byte>>[] readers =
            [b => EvacuateCommand.Parse(b), b => RebalanceCommand.Parse(b), b => RolloutCommand.Parse(b), b => UpdateCommand.Parse(b), b => ImageCommand.Parse(b), b => JobCommand.Parse(b)];
        string[] names = ["vm", "vms", "image", "where", "token", "data", "total", "parallel", "settleSeconds", "dryRun", "\\ud800"];
        string[] texts = ["1", "-1", "\"x\"", "\"*\"", "[]", "[\"a\",1]", "{}", "null", "true", "1e99", "\"\\u0001\"", "\"!!\"", "\"\\ud800\"", "[\"\\udc00\"]"];
        var fields = Gen.Int[0, names.Length - 1].Select(i => names[i]);
        var values = Gen.Int[0, texts.Length - 1].Select(i => texts[i]);
        Gen.Select(fields, values).List[0, 4].Select(list => Encoding.UTF8.GetBytes($"{{{string.Join(',', list.Select(f => $"\"{f.Item1}\":{f.Item2}"))}}}")).Sample(bytes =>
        {
            foreach (var read in readers)
            {
                try
                {
                    read(bytes);
                }
                catch (FormatException)
                {
                    // Said what is wrong.
                }
            }
        });
    }

    [Theory]
    [InlineData("""{"job":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"job":"\udc00x"}""")]
    public void Half_a_character_is_a_clear_error(string command) =>
        Assert.Throws<FormatException>(() => JobCommand.Parse(Encoding.UTF8.GetBytes(command)));

    [Theory]
    [InlineData("", true)]
    [InlineData("site=roof", true)]
    [InlineData("site=cellar", false)]
    [InlineData("site!=cellar", true)]
    [InlineData("site!=roof", false)]
    [InlineData("camera", true)]
    [InlineData("heater", false)]
    [InlineData("heater!=on", true)]
    [InlineData("site=roof, camera", true)]
    [InlineData("site=roof,heater", false)]
    public void Labels_choose_boards(string selector, bool matches) =>
        Assert.Equal(matches, LabelSelector.Parse(selector).Matches(new Dictionary<string, string> { ["site"] = "roof", ["camera"] = "" }));

    [Theory]
    [InlineData("=x")]
    [InlineData("A=x")]
    [InlineData("a=x y")]
    public void A_wrong_selector_is_told(string selector) => Assert.Contains("is no condition", Assert.Throws<FormatException>(() => LabelSelector.Parse(selector)).Message);

    [Theory]
    [InlineData("edgehypervisor/1/desk/command/move", "move", null)]
    [InlineData("edgehypervisor/1/desk/command/move/anna", "move", "anna")]
    public void A_commands_topic_says_which_and_may_say_who(string topic, string verb, string? user) => Assert.Equal((verb, user), FleetTopics.CommandOf(topic, "desk"));

    [Theory]
    [InlineData("me/answer", true)]
    [InlineData("edgehypervisor/1/desk/answer", true)]
    [InlineData("edgehypervisor/1/desk/command/move", false)]
    [InlineData("edgehypervisor/1/desk/move/control", false)]
    [InlineData("edgehypervisor/1/desk/$state", false)]
    [InlineData("$SYS/x", false)]
    [InlineData("a/#", false)]
    public void An_answer_goes_nowhere_it_could_be_taken_for_something_else(string topic, bool may) => Assert.Equal(may, FleetTopics.MayBeAnsweredOn(topic));
}
