// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A message that the guest has written so far, and the bus has not seen yet.</summary>
internal sealed class WrittenMessage(ushort address)
{
    public ushort Address { get; } = address;

    public List<byte> Data { get; } = [];

    /// <summary>A copy for the port, which keeps it until completion.</summary>
    public I2cMessage ToMessage() => new(Address, IsRead: false, Data.ToArray());
}
