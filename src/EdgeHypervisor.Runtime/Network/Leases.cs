// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// Which card has which of the addresses 10.0.2.15 to 10.0.2.254: the first to ask gets the first. A guest that came with an
/// address, from another board, keeps it where it is free.
/// </summary>
internal sealed class Leases
{
    private const int First = 15, Last = 254;

    private readonly ulong[] _owners = new ulong[Last + 1]; // by the last byte of the address; 0: free
    private readonly Queue<int> _order = new();

    /// <summary>The address of a card. When all are taken the one that was given first goes to it.</summary>
    public byte[] Find(ReadOnlySpan<byte> hardwareAddress)
    {
        var card = Card(hardwareAddress);
        var host = Array.IndexOf(_owners, card, First);
        if (host < 0 && (host = Array.IndexOf(_owners, 0UL, First)) < 0) host = _order.Dequeue();
        Give(host, card);
        return [10, 0, 2, (byte)host];
    }

    /// <summary>A card says by itself that it has an address.</summary>
    public void Observe(ReadOnlySpan<byte> hardwareAddress, ReadOnlySpan<byte> address)
    {
        if (!address.StartsWith<byte>([10, 0, 2]) || address[3] is < First or > Last || _owners[address[3]] != 0) return;
        var card = Card(hardwareAddress);
        if (Array.IndexOf(_owners, card, First) < 0) Give(address[3], card);
    }

    private void Give(int host, ulong card)
    {
        if (_owners[host] == card) return;
        _owners[host] = card;
        _order.Enqueue(host);
    }

    // Never zero, which stands for nobody.
    private static ulong Card(ReadOnlySpan<byte> address)
    {
        var card = 1UL;
        foreach (var value in address) card = card << 8 | value;
        return card;
    }
}
