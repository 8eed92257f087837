// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EdgeHypervisor.Host;

/// <summary>
/// One line an entry. Under systemd the line begins with its priority (sd-daemon(3): <c>&lt;4&gt;</c> for warnings) and the
/// journal adds the time; elsewhere the time stands in front. Values follow the message as <c>name=value</c>.
/// </summary>
internal sealed class JournalFormatter(JournalFormatterOptions options) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "journal";

    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopes, TextWriter output)
    {
        if (options.IsJournal) output.Write(Priority(entry.LogLevel));
        else output.Write($"{DateTimeOffset.Now:HH:mm:ss.fff} {Word(entry.LogLevel)} ");
        WriteOneLine(entry.Formatter(entry.State, entry.Exception), output);
        if (entry.Exception is { } exception) WriteOneLine($" | {exception}", output);
        output.Write('\n');
    }

    private static void WriteOneLine(string text, TextWriter output)
    {
        foreach (var c in text) output.Write(char.IsControl(c) ? ' ' : c);
    }

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
}
