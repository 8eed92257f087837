// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>A peripheral of this board as a VM elsewhere uses it. On the loan's turn only.</summary>
internal abstract class LentPort(LenderLoan loan, byte index)
{
    protected LenderLoan Loan { get; } = loan;

    /// <summary>Does what an item asks for.</summary>
    /// <exception cref="FormatException">It makes no sense for this port.</exception>
    public abstract void Take(ref ItemReader item);

    protected ItemWriter Item(ItemKind kind) => new(kind, index);

    protected static FormatException Wrong(ItemReader item) => new($"item {item.Kind} is not for this port");
}
