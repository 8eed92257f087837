// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>How things stand between a VM and a board that lends it something.</summary>
public enum LoanState : byte
{
    /// <summary>The VM has not run yet.</summary>
    Idle,

    /// <summary>Asked for, and asked for again, until the lender lends.</summary>
    Opening,

    /// <summary>Lent.</summary>
    Up,

    /// <summary>Lent, and the lender is out of reach.</summary>
    Lost,

    /// <summary>Given back.</summary>
    Closed,
}
