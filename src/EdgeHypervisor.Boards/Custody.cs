// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards;

/// <summary>
/// The ports of VMs that have moved on and whose peripherals stay behind: outputs hold and edges are kept until the VM opens
/// them again, from its new board or back here, but no longer than <see cref="Patience"/>.
/// </summary>
internal sealed class Custody(TimeProvider time) : IDisposable
{
    /// <summary>How long a VM that has moved on may take to come back for what it left behind.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<Ward> _wards = [];

    /// <summary>Takes bindings that are closed for a handover.</summary>
    /// <param name="virtualMachine">Whose they are.</param>
    /// <param name="bindings">What stays behind.</param>
    /// <param name="returned">Called when nothing is kept any more.</param>
    public void Keep(string virtualMachine, IReadOnlyList<IBinding> bindings, Action returned)
    {
        var ward = new Ward(virtualMachine, bindings, returned);
        lock (_lock)
        {
            ward.Timer = time.CreateTimer(_ => End(ward, isTimeUp: true), null, Patience, Timeout.InfiniteTimeSpan);
            _wards.Add(ward);
        }
    }

    /// <summary>The VM has opened its ports again.</summary>
    public void End(string virtualMachine)
    {
        Ward[] over;
        lock (_lock) over = [.. _wards.Where(ward => ward.VirtualMachine == virtualMachine)];
        foreach (var ward in over) End(ward, isTimeUp: false);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var ward in _wards) ward.Timer?.Dispose();
            _wards.Clear();
        }
    }

    private void End(Ward ward, bool isTimeUp)
    {
        lock (_lock)
        {
            if (!_wards.Remove(ward)) return;
        }
        ward.Timer?.Dispose();
        foreach (var binding in ward.Bindings)
        {
            if (isTimeUp) binding.Close(OutputRelease.LeaseEnd);
            binding.Leave();
        }
        ward.Returned();
    }

    private sealed record Ward(string VirtualMachine, IReadOnlyList<IBinding> Bindings, Action Returned)
    {
        public ITimer? Timer { get; set; }
    }
}
