// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Somebody who may command: a line of the list of operators.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Proof">What shows that it is they.</param>
/// <param name="Keys">Their public keys, with <see cref="OperatorProof.Key"/>.</param>
/// <param name="Verbs">What they may do.</param>
public sealed record Operator(string Name, OperatorProof Proof, PublicIdentity? Keys, IReadOnlySet<string> Verbs)
{
    /// <summary>Stands for every command.</summary>
    public const string Everything = "all";

    /// <summary>Whether they may.</summary>
    public bool May(string verb) => Verbs.Contains(Everything) || Verbs.Contains(verb);
}
