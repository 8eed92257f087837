// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>The stateless ports that lead nowhere.</summary>
internal sealed class NullPort : IUartPort, II2cPort, ISpiPort, IPwmPort, IAdcPort
{
    /// <summary>The one there needs to be.</summary>
    public static readonly NullPort Instance = new();

    private NullPort()
    {
    }

    /// <inheritdoc/>
    public void Send(byte value)
    {
    }

    /// <inheritdoc/>
    public bool TryReceive(out byte value)
    {
        value = 0;
        return false;
    }

    /// <inheritdoc/>
    public void OnReadable(Action handler)
    {
    }

    /// <inheritdoc/>
    /// <remarks>Nobody is at any address of an empty bus.</remarks>
    public void Transfer(IReadOnlyList<I2cMessage> messages, Action<BusStatus> completed) => completed(BusStatus.NoAcknowledge);

    /// <inheritdoc/>
    /// <remarks>An open input of a controller with its pull-up reads ones.</remarks>
    public void Transfer(Memory<byte> data, SpiSettings settings, bool keepSelected, Action<BusStatus> completed)
    {
        data.Span.Fill(0xff);
        completed(BusStatus.Ok);
    }

    /// <inheritdoc/>
    public void Deselect()
    {
    }

    /// <inheritdoc/>
    public void Set(PwmSetting setting)
    {
    }

    /// <inheritdoc/>
    public void Sample(Action<BusStatus, long> completed) => completed(BusStatus.Ok, 0);
}
