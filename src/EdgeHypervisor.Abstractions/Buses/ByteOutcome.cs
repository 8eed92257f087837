// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>How one step of a byte-wise controller ended, as the bus would show it.</summary>
public enum ByteOutcome : byte
{
    /// <summary>The byte was acknowledged, or the step needs no acknowledgement.</summary>
    Acknowledged,

    /// <summary>Nobody acknowledged.</summary>
    NotAcknowledged,

    /// <summary>The bus was lost: another controller won it, or it is stuck.</summary>
    ArbitrationLost,
}
