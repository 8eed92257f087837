// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace EdgeHypervisor.Migration;

/// <summary>A destination's answer to an offer.</summary>
public sealed class OfferAnswer
{
    private OfferAnswer(IVmReceiver? receiver, ImmutableArray<string> reasons) => (Receiver, Reasons) = (receiver, reasons);

    /// <summary>Where the VM goes; null when it is refused.</summary>
    public IVmReceiver? Receiver { get; }

    /// <summary>Every reason against it; empty when it is accepted.</summary>
    public ImmutableArray<string> Reasons { get; }

    /// <summary>Yes, into this.</summary>
    public static OfferAnswer Accept(IVmReceiver receiver) => new(receiver, []);

    /// <summary>No, and all that speaks against it.</summary>
    public static OfferAnswer Refuse(params ImmutableArray<string> reasons) => new(null, reasons);
}
