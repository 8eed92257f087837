// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host.Tests.Logging;

public sealed class JournalLogTests
{
    private readonly StringWriter _output = new();

    [Theory]
    [InlineData(LogLevel.Critical, "<2>")]
    [InlineData(LogLevel.Error, "<3>")]
    [InlineData(LogLevel.Warning, "<4>")]
    [InlineData(LogLevel.Information, "<6>")]
    [InlineData(LogLevel.Debug, "<7>")]
    public void A_line_for_the_journal_begins_with_its_priority(LogLevel level, string priority)
    {
        Log(isJournal: true).CreateLogger("EdgeHypervisor.Host.Daemon").Log(level, "ready board={Board}", "desk");
        Assert.Equal($"{priority}ready board=desk\n", _output.ToString());
    }

    [Theory]
    [InlineData(LogLevel.Error, "error  ")]
    [InlineData(LogLevel.Warning, "warning")]
    [InlineData(LogLevel.Information, "info   ")]
    [InlineData(LogLevel.Trace, "debug  ")]
    public void A_line_for_a_terminal_begins_with_the_time_and_a_word(LogLevel level, string word)
    {
        Log(isJournal: false).CreateLogger("EdgeHypervisor.Host.Daemon").Log(level, "ended");
        Assert.Matches($"^[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}\\.[0-9]{{3}} {word} ended\n$", _output.ToString());
    }

    [Fact]
    public void What_a_guest_or_a_peer_put_into_a_message_cannot_begin_a_line()
    {
        Log(isJournal: true).CreateLogger("X").LogError(new InvalidOperationException("one\r\ntwo"), "a\n<2>b");
        Assert.Equal("<3>a <2>b | System.InvalidOperationException: one  two\n", _output.ToString());
    }

    [Fact]
    public void What_is_below_the_level_is_left_out_and_of_the_frameworks_all_but_warnings()
    {
        using var log = Log(isJournal: true, LogLevel.Information);
        foreach (var category in new[] { "EdgeHypervisor.Host", "Microsoft.AspNetCore.Server.Kestrel" })
            foreach (var level in new[] { LogLevel.Debug, LogLevel.Information, LogLevel.Warning })
                log.CreateLogger(category).Log(level, "{Category} {Level}", category, level);
        Assert.Equal(
            "<6>EdgeHypervisor.Host Information\n<4>EdgeHypervisor.Host Warning\n<4>Microsoft.AspNetCore.Server.Kestrel Warning\n", _output.ToString());
    }

    [Fact]
    public void Lines_of_many_threads_stay_whole()
    {
        var log = Log(isJournal: true).CreateLogger("X");
        Parallel.For(0, 1000, i => log.LogInformation("line {Number} of a thousand", i));
        Assert.Equal(
            Enumerable.Range(0, 1000).Select(i => $"<6>line {i} of a thousand").Order(StringComparer.Ordinal),
            _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_log_that_nobody_reads_any_more_stops_nothing()
    {
        using var log = new JournalLog(new BrokenPipe(), isJournal: true, LogLevel.Trace);
        log.CreateLogger("X").LogError("lost");
    }

    private JournalLog Log(bool isJournal, LogLevel minimum = LogLevel.Trace) => new(_output, isJournal, minimum);

    private sealed class BrokenPipe : StringWriter
    {
        public override void Write(string? value) => throw new IOException("Broken pipe");
    }
}
