// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>Whom a board lends to.</summary>
public enum LendTo : byte
{
    /// <summary>Boards that prove who they are with a key in the list of trusted boards.</summary>
    Trusted,

    /// <summary>Nobody.</summary>
    Nobody,

    /// <summary>Whoever the broker lets in.</summary>
    Anyone,

    /// <summary>The boards that are named; their names are as good as the keys or the broker behind them.</summary>
    Named,
}
