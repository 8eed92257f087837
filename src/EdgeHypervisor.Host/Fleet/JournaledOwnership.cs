// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>Ownership by the journals of moves.</summary>
internal sealed class JournaledOwnership : IOwnership
{
    private MoveEndpoint? _endpoint;

    /// <summary>The endpoint comes after the VMs that it moves.</summary>
    public void Use(MoveEndpoint endpoint) => _endpoint = endpoint;

    public ValueTask<ulong> CreateAsync(string vm, CancellationToken cancellation) => Endpoint.CreateAsync(vm, cancellation);

    public async ValueTask DeleteAsync(string vm, CancellationToken cancellation)
    {
        try
        {
            await Endpoint.DeleteAsync(vm, cancellation);
        }
        catch (MoveException e)
        {
            throw Problems.Conflict("vm-not-owned", "The VM cannot be deleted now", e.Message, vm, "wait for its move to end");
        }
    }

    private MoveEndpoint Endpoint => _endpoint ?? throw new InvalidOperationException("the endpoint of moves has not started");
}
