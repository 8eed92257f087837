// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>How a bus transaction ended.</summary>
public enum BusStatus : byte
{
    /// <summary>Everything was transferred.</summary>
    Ok,

    /// <summary>Nobody acknowledged the address, or the target refused a byte.</summary>
    NoAcknowledge,

    /// <summary>Another controller won the bus.</summary>
    ArbitrationLost,

    /// <summary>The bus or target took too long: stuck, or stretching the clock without end.</summary>
    TimedOut,

    /// <summary>The bus cannot do this transfer (length, flags).</summary>
    Unsupported,

    /// <summary>The peripheral is gone: unplugged, fenced, or its board out of reach.</summary>
    Unavailable,

    /// <summary>Any other failure; the log has the host's error.</summary>
    Failed,
}
