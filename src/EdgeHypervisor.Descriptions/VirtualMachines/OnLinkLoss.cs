// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>What a guest sees while the board with the peripheral is out of reach.</summary>
public enum OnLinkLoss : byte
{
    /// <summary>Inputs keep their last level; buses report an error.</summary>
    Hold,

    /// <summary>Inputs go to their bias; buses report an error.</summary>
    Error,
}
