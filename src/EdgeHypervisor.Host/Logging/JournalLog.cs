// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>
/// The service's log. One line an entry. Under systemd the line begins with its priority (sd-daemon(3): <c>&lt;4&gt;</c> for
/// warnings) and the journal adds the time; elsewhere the time stands in front. Values follow the message as <c>name=value</c>.
/// A line is written when it is logged, so the last words before a crash are not lost.
/// </summary>
/// <remarks>
/// Its own factory, not a provider of the package's: that one, with its console, took a tenth of the service's start
/// (docs/decisions/0009). There is one place for lines to go, and no scopes.
/// </remarks>
/// <param name="output">Gets the lines.</param>
/// <param name="isJournal">Whether systemd's journal reads them.</param>
/// <param name="minimum">The least that is worth a line; of the frameworks, warnings at least.</param>
internal sealed class JournalLog(TextWriter output, bool isJournal, LogLevel minimum) : ILoggerFactory
{
    private readonly Lock _lock = new();

    /// <summary>To standard error.</summary>
    /// <remarks>systemd.exec(5): <c>JOURNAL_STREAM</c> is set for services whose output is connected to the journal.</remarks>
    public static JournalLog ToStandardError(LogLevel minimum) =>
        new(Console.Error, Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null, minimum);

    public ILogger CreateLogger(string categoryName) =>
        new Logger(this, minimum < LogLevel.Warning && categoryName.StartsWith("Microsoft", StringComparison.Ordinal) ? LogLevel.Warning : minimum);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("the log has one place to go: standard error");

    public void Dispose()
    {
        // Nothing is kept back.
    }

    private void Write(LogLevel level, string text, Exception? exception)
    {
        var start = isJournal ? Priority(level) : $"{DateTimeOffset.Now:HH:mm:ss.fff} {Word(level)} ";
        var line = $"{start}{OneLine(text)}{(exception is null ? "" : OneLine($" | {exception}"))}\n";
        try
        {
            lock (_lock) output.Write(line);
        }
        catch (IOException)
        {
            // Who read the log is gone; the guests go on.
        }
    }

    private static string OneLine(string text) =>
        string.Create(text.Length, text, static (line, from) =>
        {
            for (var i = 0; i < line.Length; i++) line[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });

    private static string Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => "<2>",
        LogLevel.Error => "<3>",
        LogLevel.Warning => "<4>",
        LogLevel.Information => "<6>",
        _ => "<7>",
    };

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => "error  ",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info   ",
        _ => "debug  ",
    };

    private sealed class Logger(JournalLog log, LogLevel minimum) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= minimum;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) log.Write(logLevel, formatter(state, exception), exception);
        }
    }
}
