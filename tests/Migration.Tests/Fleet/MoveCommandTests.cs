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
        var command = Parse("""{"vm":"vm-1","to":"pocket","token":"t1","by":"anna","maxRounds":3,"downtimeTargetMs":20,"bytesPerSecond":1000}""");
        Assert.Equal(("t1", "anna"), (command.Token, command.By));
        Assert.Equal((3, TimeSpan.FromMilliseconds(20), 1000), (command.Options.MaximumRounds, command.Options.DowntimeTarget, command.Options.BytesPerSecond));
        Assert.Equal(0, Parse("""{"vm":"vm-1","to":"pocket","live":false}""").Options.MaximumRounds);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"vm":"vm-1"}""", "'to' is missing")]
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
        var command = new MoveCommand("vm-1", "pocket") { Token = "t", By = "anna", Options = new MoveOptions { MaximumRounds = 0, BytesPerSecond = 5 } };
        Assert.Equal(command, MoveCommand.Parse(command.ToJson()));
    }

    private static MoveCommand Parse(string json) => MoveCommand.Parse(Encoding.UTF8.GetBytes(json));
}
