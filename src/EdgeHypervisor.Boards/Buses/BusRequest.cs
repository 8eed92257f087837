// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards;

/// <summary>One transaction of a VM on its way: to the budget, the lease, the bus, and back to the VM's turn.</summary>
/// <remarks>Made once for a port and used again, since a port has one transaction at a time.</remarks>
internal abstract class BusRequest
{
    private readonly BusBinding _binding;
    private readonly Action _complete;
    private BusStatus _status;
    private long _submittedNs;

    protected BusRequest(BusBinding binding) => (_binding, _complete) = (binding, Complete);

    /// <summary>Whose it is.</summary>
    public BusBinding Binding => _binding;

    /// <summary>The peripheral that it goes to.</summary>
    public BusShare Share { get; private set; } = null!;

    /// <summary>Whether the bus stays the VM's after this transaction: an SPI chip that is kept selected.</summary>
    public virtual bool KeepsBus => false;

    /// <summary>Sends it on its way; the caller is on the VM's turn.</summary>
    public void Submit(BusShare share)
    {
        Share = share;
        _submittedNs = share.Time.NowNs();
        _binding.Owner.Begin();
        share.Submit(this);
    }

    /// <summary>Does it, unless the VM has ceased to run meanwhile. One request of a lane at a time.</summary>
    public void Run()
    {
        Share.Counters.AddTransaction(Share.Time.NowNs() - _submittedNs);
        _status = _binding.IsOpen ? TryPerform() : BusStatus.Unavailable;
        if (_status != BusStatus.Ok) Share.Counters.AddError();
    }

    /// <summary>Tells the device, when the caller is on the VM's turn.</summary>
    public void Complete()
    {
        _binding.Owner.End();
        Deliver(_status);
    }

    /// <summary>Tells the device, from any thread.</summary>
    public void PostCompletion() => _binding.Owner.Turn.Post(_complete);

    protected abstract BusStatus Perform();

    protected abstract void Deliver(BusStatus status);

    private BusStatus TryPerform()
    {
        try
        {
            return Perform();
        }
        catch (PeripheralException problem)
        {
            Share.Report(problem.Message);
            return BusStatus.Failed;
        }
    }
}
