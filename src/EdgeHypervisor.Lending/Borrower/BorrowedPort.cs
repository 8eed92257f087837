// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Lending;

/// <summary>A VM's port whose peripheral is on another board.</summary>
internal abstract class BorrowedPort(BorrowerLoan loan, byte index, PortMapping mapping, PortOwner owner)
{
    public PortMapping Mapping { get; } = mapping;

    public abstract PortKind Kind { get; }

    protected BorrowerLoan Loan { get; } = loan;

    protected PortOwner Owner { get; } = owner;

    /// <summary>A loan begins, maybe anew: tells the lender how things are here.</summary>
    public abstract void Begin();

    /// <summary>The lender knows that the VM runs: tells it what has happened here before it was there.</summary>
    public virtual void CatchUp()
    {
    }

    /// <summary>Something from the lender. One at a time, any thread.</summary>
    /// <exception cref="FormatException">It makes no sense for this port.</exception>
    public abstract void Take(ref ItemReader item);

    /// <summary>The lender is out of reach.</summary>
    public virtual void LinkLost()
    {
    }

    /// <summary>It is back, and the loan with it.</summary>
    public virtual void LinkBack()
    {
    }

    /// <summary>Looks at what waits.</summary>
    public virtual void Tick(long nowNs)
    {
    }

    protected ItemWriter Item(ItemKind kind) => new(kind, index);

    protected static FormatException Wrong(ItemReader item) => new($"item {item.Kind} is not for this port");
}
