// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>Something that is to reach the other end of a link, once and in its turn.</summary>
/// <param name="encode">Makes its bytes when it is sent for the first time: what waits may still change.</param>
/// <param name="confirmed">The other end has dealt with it.</param>
internal sealed class LinkItem(Func<byte[]> encode, Action? confirmed = null)
{
    private static readonly byte[] Nothing = [(byte)ItemKind.Nothing, 0];

    private byte[]? _bytes;

    public byte[] Bytes => _bytes ??= encode();

    /// <summary>If it has not arrived yet, it never will: what is sent from now on in its place says nothing.</summary>
    public void Withdraw() => _bytes = Nothing;

    public void Confirm() => confirmed?.Invoke();
}
