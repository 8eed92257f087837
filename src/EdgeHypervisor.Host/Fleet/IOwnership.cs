// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>Who may run a VM: this board's journals decide.</summary>
internal interface IOwnership
{
    /// <summary>This board owns a VM that it has just created.</summary>
    /// <returns>The number under which it may run.</returns>
    ValueTask<ulong> CreateAsync(string vm, CancellationToken cancellation);

    /// <summary>This board's owner has deleted a VM.</summary>
    ValueTask DeleteAsync(string vm, CancellationToken cancellation);
}
