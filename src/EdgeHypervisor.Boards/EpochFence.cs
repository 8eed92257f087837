// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>Which epoch of each VM may drive this board's outputs: the highest seen, and one holder of it.</summary>
internal sealed class EpochFence
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (ulong Epoch, BoardPorts? Holder)> _epochs = new(StringComparer.Ordinal);

    /// <summary>Lets a VM's ports through, and tells which older ones have to be shut first.</summary>
    /// <exception cref="FencedException">A higher epoch was seen, or somebody else holds this one.</exception>
    public BoardPorts? Enter(string virtualMachine, ulong epoch, BoardPorts ports)
    {
        lock (_lock)
        {
            var (highest, holder) = _epochs.GetValueOrDefault(virtualMachine);
            var isHeldByOther = holder is not null && holder != ports;
            if (epoch < highest || (epoch == highest && isHeldByOther)) throw new FencedException(virtualMachine, epoch, highest);
            _epochs[virtualMachine] = (epoch, ports);
            return isHeldByOther ? holder : null;
        }
    }

    /// <summary>A VM's ports are shut; their epoch remains the highest.</summary>
    public void Leave(string virtualMachine, BoardPorts ports)
    {
        lock (_lock)
        {
            if (_epochs.TryGetValue(virtualMachine, out var entry) && entry.Holder == ports) _epochs[virtualMachine] = (entry.Epoch, null);
        }
    }
}
