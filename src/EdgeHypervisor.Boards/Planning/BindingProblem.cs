// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>Something in the way of a VM's running on a board.</summary>
/// <param name="Kind">Its kind, for programs.</param>
/// <param name="Port">The VM's port.</param>
/// <param name="Role">The role in question; empty where it is none in particular.</param>
/// <param name="Message">What is wrong and what would be right, for people.</param>
/// <param name="Where">Where the mapping stands.</param>
public sealed record BindingProblem(BindingProblemKind Kind, PortName Port, string Role, string Message, SourceLocation Where)
{
    /// <inheritdoc/>
    public override string ToString() => $"port {Port}: {Message}";
}
