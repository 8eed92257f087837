// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>
/// Believes every message: for boards whose broker can be trusted as far as its own access control goes. Whoever can publish
/// to a board's topics can move VMs to it and away from it.
/// </summary>
public sealed class NoControlProtection : IControlProtection
{
    /// <inheritdoc/>
    public bool ProvesSenders => false;

    /// <inheritdoc/>
    public int OverheadBytes => 0;

    /// <inheritdoc/>
    public byte[] Protect(string receiver, ReadOnlySpan<byte> message) => message.ToArray();

    /// <inheritdoc/>
    public (string Sender, byte[] Message) Open(ReadOnlyMemory<byte> payload) => (ControlCodec.Decode(payload).From, payload.ToArray());
}
