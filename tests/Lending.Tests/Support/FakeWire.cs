// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending.Tests;

/// <summary>One board's end of the <see cref="FakeNetwork"/>.</summary>
internal sealed class FakeWire(FakeNetwork network, string board) : ILendingWire
{
    public bool IsConnected { get; set; } = true;

    public int MaximumFrameBytes { get; init; } = LinkOptions.MaximumFrameBytes;

    public LendingEndpoint? Endpoint { get; set; }

    public bool ProvesSenders { get; set; } = true;

    public void Send(LendingMessage message)
    {
        var bytes = LendingCodec.Encode(message with { From = board });
        network.Carry(this, message.To, wire => wire.Endpoint!.Receive(LendingCodec.Decode(bytes), wire.ProvesSenders, network.NowNs));
    }

    public void SendFrame(string to, byte[] frame)
    {
        network.Frames.Add((board, to, frame));
        network.Carry(this, to, wire => wire.Endpoint!.ReceiveFrame(frame));
    }
}
