// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Host;

/// <summary>The VMs of this board, by id and by name, and what is kept for those that are on their way to it. Thread-safe.</summary>
internal sealed class VmTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HostedVm> _byId = new(StringComparer.Ordinal);
    private readonly List<VmClaim> _claims = [];

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

    /// <summary>Keeps the name and the memory of a VM that is about to be here; nobody else gets them until it was added, or the claim is given up.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="definition">What it will take.</param>
    /// <param name="roomBytes">The memory that all guests together may have.</param>
    /// <exception cref="ProblemException">The name is taken, or there is no room.</exception>
    public VmClaim Claim(string id, VmDefinition definition, long roomBytes)
    {
        lock (_lock)
        {
            if (IsTaken(definition.Vm.Name, id))
                throw Problems.Conflict("vm-exists", "There is such a VM already", $"another VM '{definition.Vm.Name}' is on this board, or on its way to it", "name", "choose another name, or delete it: ehv vm rm");
            RequireMemory(definition, roomBytes);
            var claim = new VmClaim(id, definition.Vm.Name, definition.MemoryBytes, GiveUp);
            _claims.Add(claim);
            return claim;
        }
    }

    /// <exception cref="ProblemException">The guests together, with those on their way, would take more memory than there is for them.</exception>
    public void RequireMemory(VmDefinition definition, long roomBytes)
    {
        lock (_lock)
        {
            var taken = _byId.Values.Sum(vm => vm.Definition.MemoryBytes) + _claims.Sum(claim => claim.MemoryBytes);
            if (definition.MemoryBytes <= roomBytes - taken) return;
            throw Problems.Conflict(
                "out-of-memory",
                "The board has no room for it",
                $"it wants {Quantity.FormatBytes(definition.MemoryBytes)}; of {Quantity.FormatBytes(roomBytes)} for guests {Quantity.FormatBytes(taken)} are taken",
                "memory",
                $"delete a VM, or raise '{SettingNames.GuestMemory}' in the service's configuration");
        }
    }

    /// <summary>Adds one, whose claim ends with that; false when its name is taken.</summary>
    public bool TryAdd(HostedVm vm)
    {
        lock (_lock)
        {
            if (IsTaken(vm.Name, vm.Id) || !_byId.TryAdd(vm.Id, vm)) return false;
            _claims.RemoveAll(claim => claim.Id == vm.Id);
            return true;
        }
    }

    public void Remove(HostedVm vm)
    {
        lock (_lock) _byId.Remove(vm.Id);
    }

    private bool IsTaken(string name, string id) =>
        _byId.Values.Any(vm => vm.Name == name && vm.Id != id) || _claims.Any(claim => claim.Name == name && claim.Id != id);

    private void GiveUp(VmClaim claim)
    {
        lock (_lock) _claims.Remove(claim);
    }
}
