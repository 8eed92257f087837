// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using CsCheck;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

public sealed class MoveCommandTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly Witness _witness = new();
    private readonly LossyBroker _broker = new();
    private readonly List<string> _reports = [];
    private readonly List<JsonElement> _answers = [];
    private TestBoard _desk = null!;
    private TestBoard _pocket = null!;
    private MoveCommandServer _server = null!;
    private ITransportConnection _operator = null!;

    public async Task InitializeAsync()
    {
        _desk = await new TestBoard("desk", _broker, _witness).StartAsync();
        _pocket = await new TestBoard("pocket", _broker, _witness).StartAsync();
        await _desk.CreateAsync("vm-1");
        var options = new MoveEndpointOptions { Board = "desk", JournalFolder = "" };
        _server = new MoveCommandServer(options, _broker.Connect(), c => _desk.Endpoint.Move(c.Vm, c.Destination, c.Options), _reports.Add, TimeProvider.System);
        await _server.StartAsync(CancellationToken.None);
        _operator = _broker.Connect();
        await _operator.SubscribeAsync("me/answers", TransportQos.AtLeastOnce, Take, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _desk.DisposeAsync();
        await _pocket.DisposeAsync();
    }

    [Fact]
    public async Task A_plain_message_moves_a_VM_and_is_answered_until_the_end()
    {
        await SendAsync("move", """{"vm":"vm-1","to":"pocket","token":"t1"}""");
        var last = await AnswerAsync(a => a.GetProperty("state").GetString() == "succeeded");
        Assert.Equal("vm-1", last.GetProperty("vm").GetString());
        Assert.Equal("desk", last.GetProperty("from").GetString());
        Assert.Equal("pocket", last.GetProperty("to").GetString());
        Assert.Equal("t1", last.GetProperty("token").GetString());
        Assert.True(last.GetProperty("downtimeMs").GetDouble() > 0);
        Assert.Equal(["vm-1"], _pocket.Vms.Running);
    }

    [Fact]
    public async Task The_same_token_twice_is_one_job()
    {
        await SendAsync("move", """{"vm":"vm-1","to":"pocket","token":"t1"}""");
        await SendAsync("move", """{"vm":"vm-1","to":"pocket","token":"t1"}""");
        await AnswerAsync(a => a.GetProperty("state").GetString() == "succeeded");
        Assert.Single(_server.Jobs());
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
    [InlineData("""{"vm":"vm-7","to":"pocket"}""", "no VM with the id vm-7")]
    [InlineData("""{"vm":"vm-1","to":"desk"}""", "already")]
    public async Task A_wrong_command_is_answered_with_what_is_wrong(string command, string reason)
    {
        await SendAsync("move", command);
        var answer = await AnswerAsync(a => a.GetProperty("state").GetString() == "failed");
        Assert.Contains(reason, answer.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_retained_command_is_not_obeyed()
    {
        _broker.Inject(new TransportMessage { Topic = "edgehypervisor/1/desk/command/move", Payload = Encoding.UTF8.GetBytes("""{"vm":"vm-1","to":"pocket"}"""), Retain = true });
        await SendAsync("cancel", """{"job":"none"}"""); // answered after the first was looked at
        await AnswerAsync(a => a.GetProperty("reason").GetString()!.Contains("no job none"));
        Assert.Empty(_server.Jobs());
        Assert.Contains(_reports, r => r.Contains("retained"));
    }

    [Theory]
    [InlineData("edgehypervisor/1/pocket/command/move")]
    [InlineData("edgehypervisor/1/pocket/move/control")]
    [InlineData("edgehypervisor/1/+/x")]
    [InlineData("$SYS/x")]
    public async Task Nobody_makes_a_board_answer_where_boards_listen(string topic)
    {
        _broker.Record = [];
        await SendAsync("move", "nonsense", topic);
        await SendAsync("move", "nonsense");
        await AnswerAsync(a => a.GetProperty("state").GetString() == "failed");
        Assert.DoesNotContain(_broker.Record, m => m.Topic == topic);
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

    private Task SendAsync(string verb, string json, string answerOn = "me/answers") => _operator.PublishAsync(
        new TransportMessage { Topic = $"edgehypervisor/1/desk/command/{verb}", Payload = Encoding.UTF8.GetBytes(json), Qos = TransportQos.AtLeastOnce, ResponseTopic = answerOn, CorrelationData = new byte[] { 9 } },
        CancellationToken.None);

    private ValueTask Take(TransportMessage message)
    {
        Assert.Equal(new byte[] { 9 }, message.CorrelationData.ToArray());
        lock (_answers) _answers.Add(JsonDocument.Parse(message.Payload).RootElement);
        return ValueTask.CompletedTask;
    }

    private async Task<JsonElement> AnswerAsync(Func<JsonElement, bool> wanted)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Long)
        {
            lock (_answers)
            {
                if (_answers.Where(wanted).ToArray() is [var found, ..]) return found;
            }
            await Task.Yield();
        }
        throw new TimeoutException($"No such answer among: {string.Join("; ", _answers)}");
    }
}
