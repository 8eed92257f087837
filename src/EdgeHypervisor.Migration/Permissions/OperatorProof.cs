// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>What shows who asks.</summary>
public enum OperatorProof : byte
{
    /// <summary>Nothing: anyone may say so.</summary>
    None,

    /// <summary>A signature with their key.</summary>
    Key,

    /// <summary>A signature of a trusted board.</summary>
    Board,

    /// <summary>The broker, which lets only its user of this name publish on <c>…/command/VERB/NAME</c>.</summary>
    Broker,
}
