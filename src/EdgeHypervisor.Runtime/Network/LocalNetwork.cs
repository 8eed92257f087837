// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// A network inside the service: a switch for the VMs that are connected, and a gateway at 10.0.2.2 that gives them
/// addresses by DHCP, answers ARP and ICMP echo, and reaches nothing else. The addresses are those of QEMU's user network,
/// so guests set up for that work here. Thread-safe.
/// </summary>
/// <remarks>
/// IEEE 802.1D, chapter 7: learning, forwarding, flooding. As on a plain wire the VMs of one network are not protected from
/// each other. Frames are not trusted in any length, and everything that is kept of them is bounded.
/// </remarks>
public sealed class LocalNetwork
{
    private const int MaximumStations = 1024; // beyond it frames go to all
    private const int EthernetBytes = 14;
    private const ulong GroupBit = 1UL << 40;

    private readonly Lock _lock = new();
    private readonly List<LocalNetworkPort> _ports = [];
    private readonly Dictionary<ulong, LocalNetworkPort> _stations = [];
    private readonly Gateway _gateway = new();

    /// <summary>Connects a VM's card.</summary>
    /// <param name="hardwareAddress">What the card is called on the wire: six bytes.</param>
    /// <param name="turn">Where the device hears of frames.</param>
    public LocalNetworkPort Connect(ReadOnlySpan<byte> hardwareAddress, IVmTurn turn)
    {
        var port = new LocalNetworkPort(this, hardwareAddress.ToArray(), turn);
        lock (_lock) _ports.Add(port);
        return port;
    }

    /// <summary>Brings a frame where it belongs.</summary>
    internal void Forward(LocalNetworkPort from, ReadOnlySpan<byte> frame)
    {
        if (frame.Length < EthernetBytes || frame.Length > INetPort.MaximumFrameBytes) return;
        LocalNetworkPort[] to;
        byte[]? answer;
        lock (_lock)
        {
            Learn(Address(frame[6..]), from);
            to = FindDestinations(Address(frame), from);
            answer = _gateway.Answer(frame);
        }
        if (to.Length > 0)
        {
            var copy = frame.ToArray();
            foreach (var port in to) port.Deliver(copy);
        }
        if (answer is not null) from.Deliver(answer);
    }

    internal void Disconnect(LocalNetworkPort port)
    {
        lock (_lock)
        {
            _ports.Remove(port);
            foreach (var (address, there) in _stations)
            {
                if (there == port) _stations.Remove(address);
            }
        }
    }

    private void Learn(ulong address, LocalNetworkPort port)
    {
        if ((address & GroupBit) == 0 && (_stations.Count < MaximumStations || _stations.ContainsKey(address))) _stations[address] = port;
    }

    private LocalNetworkPort[] FindDestinations(ulong address, LocalNetworkPort from)
    {
        if (address == Address(Gateway.HardwareAddress)) return [];
        if ((address & GroupBit) == 0 && _stations.TryGetValue(address, out var port)) return port == from ? [] : [port];
        return [.. _ports.Where(other => other != from)];
    }

    private static ulong Address(ReadOnlySpan<byte> bytes) =>
        (ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
}
