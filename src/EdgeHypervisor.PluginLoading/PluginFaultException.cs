// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace EdgeHypervisor.PluginLoading;

/// <summary>Why a plugin cannot be used, in words for whoever installed it.</summary>
internal sealed class PluginFaultException(string reason) : Exception(reason)
{
    /// <summary>What a plugin threw: its type and message; of a wrapper of the runtime's, what it wraps.</summary>
    public static string Describe(Exception exception)
    {
        while (exception is TargetInvocationException or TypeInitializationException && exception.InnerException is { } inner)
            exception = inner;
        return exception switch
        {
            PluginFaultException => exception.Message,
            BadImageFormatException => $"not a whole .NET assembly: {exception.Message}",
            _ => $"{exception.GetType().Name}: {MessageOf(exception)}",
        };
    }

    // Message is virtual: a hostile one may itself throw.
    private static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message;
        }
        catch (Exception)
        {
            return "(its message cannot be read)";
        }
    }
}
