// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>Where everything about one VM is said: its own log, the service's log, and the events.</summary>
internal sealed partial class VmJournal(string vm, VmLogBook book, EventHub events, ILogger log)
{
    public VmLogBook Book { get; } = book;

    /// <summary>What the VM's own parts have to say.</summary>
    public void Take(VmLogLevel level, string component, string message)
    {
        Book.Add(level == VmLogLevel.Information ? "info" : Quantity.ToKebabCase(level.ToString()), $"{component}: {message}");
        LogPart(level >= VmLogLevel.Error ? LogLevel.Error : level >= VmLogLevel.Warning ? LogLevel.Warning : LogLevel.Debug, component, message, vm);
    }

    /// <summary>Something that happened to it.</summary>
    public void Happened(string kind, string message)
    {
        Book.Add("info", message);
        events.Publish(kind, vm, message);
        LogHappened(message, vm);
    }

    /// <summary>Something that went wrong with it.</summary>
    public void Failed(string kind, string message)
    {
        Book.Add("error", message);
        events.Publish(kind, vm, message);
        LogFailed(message, vm);
    }

    [LoggerMessage("{component}: {message} vm={vm}")]
    private partial void LogPart(LogLevel level, string component, string message, string vm);

    [LoggerMessage(LogLevel.Information, "{message} vm={vm}")]
    private partial void LogHappened(string message, string vm);

    [LoggerMessage(LogLevel.Error, "{message} vm={vm}")]
    private partial void LogFailed(string message, string vm);
}
