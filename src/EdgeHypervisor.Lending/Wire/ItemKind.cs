// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>What an item of a link is about. A borrower says those up to <see cref="Leave"/>, a lender the others.</summary>
internal enum ItemKind : byte
{
    /// <summary>Nothing: what it was has been withdrawn before it was known to have arrived.</summary>
    Nothing = 0,

    /// <summary>A line's direction, bias, drive, and the level to drive.</summary>
    Configure = 1,

    /// <summary>The level of an output.</summary>
    Drive,

    /// <summary>An I2C transaction.</summary>
    Transfer,

    /// <summary>An SPI transfer.</summary>
    Exchange,

    /// <summary>The end of an SPI transaction that was kept selected.</summary>
    Deselect,

    /// <summary>A PWM setting.</summary>
    Set,

    /// <summary>Asks for a sample of an analogue input.</summary>
    Sample,

    /// <summary>Serial bytes, in either direction.</summary>
    Bytes,

    /// <summary>How many serial bytes the guest has read so far.</summary>
    Read,

    /// <summary>The VM runs, under an epoch.</summary>
    Open,

    /// <summary>The VM has ceased to run, for a reason.</summary>
    Close,

    /// <summary>The VM is gone from its board.</summary>
    Leave,

    /// <summary>The level of an input, or an edge of it.</summary>
    Level = 32,

    /// <summary>The end of a transaction.</summary>
    Completed,
}
