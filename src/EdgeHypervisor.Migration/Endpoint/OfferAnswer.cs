// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace EdgeHypervisor.Migration;

/// <summary>A destination's answer to an offer.</summary>
public sealed class OfferAnswer
{
    private OfferAnswer(IVmReceiver? receiver, PageLibrary? known, ImmutableArray<string> reasons) =>
        (Receiver, KnownPages, Reasons) = (receiver, known, reasons);

    /// <summary>Where the VM goes; null when it is refused.</summary>
    public IVmReceiver? Receiver { get; }

    /// <summary>Pages that this board has already: those are not sent. Null: none.</summary>
    public PageLibrary? KnownPages { get; }

    /// <summary>Every reason against it; empty when it is accepted.</summary>
    public ImmutableArray<string> Reasons { get; }

    /// <summary>Yes, into this.</summary>
    /// <param name="receiver">Where the VM goes.</param>
    /// <param name="knownPages">Pages that need not be sent: of the firmware, of an earlier stay.</param>
    public static OfferAnswer Accept(IVmReceiver receiver, PageLibrary? knownPages = null) => new(receiver, knownPages, []);

    /// <summary>No, and all that speaks against it.</summary>
    public static OfferAnswer Refuse(params ImmutableArray<string> reasons) => new(null, null, reasons);
}
