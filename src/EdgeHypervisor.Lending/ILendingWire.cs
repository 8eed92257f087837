// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>What carries messages and frames to other boards. May lose, double and reorder them; never blocks and never fails.</summary>
internal interface ILendingWire
{
    /// <summary>Whether anything can be sent now.</summary>
    bool IsConnected { get; }

    /// <summary>The longest frame that it takes.</summary>
    int MaximumFrameBytes { get; }

    void Send(LendingMessage message);

    void SendFrame(string board, byte[] frame);
}
