// SPDX-License-Identifier: Apache-2.0
using System.Text;
using CsCheck;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

public sealed class MoveCommandTests
{
    [Fact]
    public void A_plain_message_is_a_command()
    {
        var command = Parse("""{"vm":"thermostat","to":"pocket"}""");
        Assert.Equal(new MoveCommand("thermostat", "pocket"), command);
    }

    [Fact]
    public void A_command_says_how_and_who_asks()
    {
        var command = Parse("""{"vm":"vm-1","to":"pocket","token":"t1","by":"anna","maxRounds":3,"downtimeTargetMs":20,"maxThrottlePercent":40,"maxCopySeconds":9,"bytesPerSecond":1000}""");
        Assert.Equal(("t1", "anna"), (command.Token, command.By));
        var options = command.Tuning.ApplyTo(new MoveOptions());
        Assert.Equal((3, TimeSpan.FromMilliseconds(20), 1000), (options.MaximumRounds, options.DowntimeTarget, options.BytesPerSecond));
        Assert.Equal((40, TimeSpan.FromSeconds(9)), (options.MaximumThrottlePercent, options.MaximumCopyTime));
        Assert.Equal(0, Parse("""{"vm":"vm-1","to":"pocket","live":false}""").Tuning.ApplyTo(new MoveOptions()).MaximumRounds);
    }

    [Fact]
    public void What_a_command_does_not_say_is_as_the_board_does_it_usually()
    {
        var usual = new MoveOptions { MaximumRounds = 7, BytesPerSecond = 5, MaximumThrottlePercent = 1, DowntimeTarget = TimeSpan.FromSeconds(1), MaximumCopyTime = TimeSpan.FromSeconds(2) };
        Assert.Equal(usual, Parse("""{"vm":"vm-1"}""").Tuning.ApplyTo(usual));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"to":"pocket"}""", "'vm' is missing")]
    [InlineData("""{"vm":"vm-1","where":"a b"}""", "'where'")]
    [InlineData("""{"vm":"vm-1","to":"../x"}""", "'to'")]
    [InlineData("""{"vm":"vm-1","to":"pocket","tokn":"x"}""", "'tokn' is not known")]
    [InlineData("""{"vm":"vm-1","to":"pocket","live":1}""", "'live'")]
    [InlineData("""{"vm":"vm-1","to":"pocket","maxRounds":-1}""", "'maxRounds'")]
    [InlineData("""{"vm":"vm-1","vm":"vm-2","to":"pocket"}""", "twice")]
    [InlineData("""{"vm":"vm-1\u0000","to":"pocket"}""", "'vm'")]
    public void A_wrong_command_is_told_what_is_wrong(string command, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Parse(command)).Message);

    [Fact]
    public void A_cancel_command_names_a_job()
    {
        Assert.Equal("7", CancelCommand.Parse("""{"job":"7"}"""u8.ToArray()).Job);
        Assert.Throws<FormatException>(() => CancelCommand.Parse("{}"u8.ToArray()));
    }

    [Fact]
    public void Any_bytes_are_a_command_or_a_clear_error() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        try
        {
            MoveCommand.Parse(bytes);
        }
        catch (FormatException)
        {
            // Said what is wrong.
        }
    });

    [Fact]
    public void A_command_is_read_as_it_was_written()
    {
        var command = new MoveCommand("vm-1", "pocket") { Token = "t", By = "anna", Tuning = new MoveTuning { Live = false, BytesPerSecond = 5, MaximumThrottlePercent = 0 } };
        Assert.Equal(command, MoveCommand.Parse(command.ToJson()));
    }

    private static MoveCommand Parse(string json) => MoveCommand.Parse(Encoding.UTF8.GetBytes(json));
}
