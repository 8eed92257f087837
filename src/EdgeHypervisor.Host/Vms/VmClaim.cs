// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>The name and the memory that <see cref="VmTable"/> keeps for a VM that is about to be here, until this is disposed or the VM is added.</summary>
internal sealed class VmClaim(string id, string name, long memoryBytes, Action<VmClaim> giveUp) : IDisposable
{
    public string Id { get; } = id;

    public string Name { get; } = name;

    public long MemoryBytes { get; } = memoryBytes;

    public void Dispose() => giveUp(this);
}
