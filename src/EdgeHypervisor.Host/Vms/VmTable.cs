// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>The VMs of this board, by id and by name. Thread-safe.</summary>
internal sealed class VmTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HostedVm> _byId = new(StringComparer.Ordinal);

    public IReadOnlyList<HostedVm> All
    {
        get
        {
            lock (_lock) return [.. _byId.Values.OrderBy(vm => vm.Name, StringComparer.Ordinal)];
        }
    }

    public HostedVm? FindId(string id)
    {
        lock (_lock) return _byId.GetValueOrDefault(id);
    }

    public HostedVm? FindName(string name)
    {
        lock (_lock) return _byId.Values.FirstOrDefault(vm => vm.Name == name);
    }

    /// <exception cref="ProblemException">There is none.</exception>
    public HostedVm GetName(string name) => FindName(name) ?? throw Problems.NotFound("vm", name, "see: ehv vm ls");

    /// <summary>Adds one; false when its name is taken.</summary>
    public bool TryAdd(HostedVm vm)
    {
        lock (_lock)
        {
            if (_byId.Values.Any(other => other.Name == vm.Name)) return false;
            _byId.Add(vm.Id, vm);
            return true;
        }
    }

    public void Remove(HostedVm vm)
    {
        lock (_lock) _byId.Remove(vm.Id);
    }
}
