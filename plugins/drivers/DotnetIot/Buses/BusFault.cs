// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>Reads the kernel's error number out of the package's exceptions, whose messages begin with "Error 121".</summary>
internal static partial class BusFault
{
    private const int NoSuchDevice = 6; // ENXIO
    private const int TryAgain = 11; // EAGAIN
    private const int RemoteIo = 121; // EREMOTEIO
    private const int TimedOut = 110; // ETIMEDOUT

    /// <summary>What an I2C transaction that failed with this exception came to (kernel documentation, i2c/fault-codes).</summary>
    public static BusStatus StatusOf(IOException exception) => NumberOf(exception) switch
    {
        NoSuchDevice or RemoteIo => BusStatus.NoAcknowledge,
        TryAgain => BusStatus.ArbitrationLost,
        TimedOut => BusStatus.TimedOut,
        _ => BusStatus.Failed,
    };

    private static int NumberOf(IOException exception) =>
        ErrorNumber().Match(exception.Message) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, out var number) ? number : 0;

    [GeneratedRegex("^Error ([0-9]{1,5})", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorNumber();
}
