// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Text;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Migration;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host.Tests.Fleet;

/// <summary>Commands over the transport, from whoever may publish there.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly ServiceRig _rig = new();
    private readonly FakeConnection _connection = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Lines _log = new();

    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
        _rig.Dispose();
    }

    [Fact]
    public async Task A_command_that_breaks_something_keeps_no_other_from_being_answered()
    {
        await ListenAsync();
        for (var i = 0; i < 4; i++) await SendAsync("plan", "{}"); // nothing here can plan
        await SendAsync("cancel", """{"job":"\ud800"}""");
        for (var i = 0; i < 5; i++) Assert.Contains("error", await AnswerAsync());
        await SendAsync("jobs", "{}");
        Assert.Contains("moves", await AnswerAsync());
    }

    [Fact]
    public async Task What_no_command_needs_is_not_kept_waiting()
    {
        await ListenAsync();
        var command = Command("jobs", "{}");
        await _connection.DeliverAsync(command with { Payload = new byte[200 * 1024] });
        await _connection.DeliverAsync(command with { CorrelationData = new byte[64 * 1024] });
        await _connection.DeliverAsync(command with { UserProperties = [.. Enumerable.Repeat(new KeyValuePair<string, string>("", ""), 1000)] });
        Assert.Equal(3, _log.Count);
        await _connection.DeliverAsync(command);
        Assert.Contains("moves", await AnswerAsync());
        Assert.False(_connection.Published.TryRead(out _));
    }

    [Fact]
    public async Task Commands_that_nobody_can_keep_up_with_are_refused_by_their_bytes()
    {
        var commands = _rig.Commands(_connection, _log);
        _connection.Hold = true; // no answer gets out, so nothing is worked off
        await commands.ListenAsync(_connection, _ending.Token);
        for (var i = 0; i < 100; i++) await _connection.DeliverAsync(Command("jobs", new string(' ', 100 * 1024)));
        Assert.InRange(_log.Count, 50, 62); // 4 MiB of 10 wait, beside those that the workers hold
    }

    [Fact]
    public async Task Who_may_not_command_sends_no_VM_either_by_saying_that_it_is_a_board()
    {
        var reports = new List<string>();
        var operators = Path.Combine(_rig.Data.Path, "operators");
        await File.WriteAllTextAsync(operators, "anna broker move\n");
        using var open = BoardTrust.Open(_rig.Data.Keys, "bench", null, TimeProvider.System, _ => { });
        Assert.Null(open.WhyNothingComes);
        using var closed = BoardTrust.Open(_rig.Data.Keys, "bench", operators, TimeProvider.System, reports.Add);
        Assert.Contains("takes no VMs and lends nothing", Assert.Single(reports));
        var answer = await _rig.With(closed.WhyNothingComes).CheckAsync("other", ServiceRig.Offer("vm-1", "a"), CancellationToken.None);
        Assert.Contains("collect the lines of all boards' board.pub", Assert.Single(answer.Reasons));
        await File.WriteAllTextAsync(Path.Combine(_rig.Data.Keys, TrustedBoards.FileName), "");
        using var proved = BoardTrust.Open(_rig.Data.Keys, "bench", operators, TimeProvider.System, _ => { });
        Assert.Null(proved.WhyNothingComes);
    }

    private async Task ListenAsync() => await _rig.Commands(_connection, _log).ListenAsync(_connection, _ending.Token);

    private Task SendAsync(string verb, string payload) => _connection.DeliverAsync(Command(verb, payload));

    private static TransportMessage Command(string verb, string payload) =>
        new() { Topic = FleetTopics.Command("bench", verb), Payload = Encoding.UTF8.GetBytes(payload), ResponseTopic = "answers/here" };

    private async Task<string> AnswerAsync() => Encoding.UTF8.GetString((await _connection.Published.ReadAsync()).Payload.Span);

    private sealed class Lines : ILogger<FleetCommands>
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public int Count => _lines.Count;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));
    }
}
