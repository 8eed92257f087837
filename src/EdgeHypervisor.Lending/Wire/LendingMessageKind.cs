// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>What a message between boards is for. Odd ones are a borrower's, even ones a lender's.</summary>
internal enum LendingMessageKind : byte
{
    /// <summary>Could this VM borrow these peripherals? Nothing is promised.</summary>
    Ask = 1,

    /// <summary>What the lender says to that.</summary>
    Answer = 2,

    /// <summary>Lend them, and agree on keys.</summary>
    Open = 3,

    /// <summary>They are lent as soon as the first frame proves that the borrower is who it says.</summary>
    Accept = 4,

    /// <summary>Is there still such a loan?</summary>
    Probe = 5,

    /// <summary>They are not lent, or no longer.</summary>
    Refuse = 6,
}
