// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>A GPIO controller: lines are set and read by messages, interrupts come by answering a waiting request.</summary>
/// <remarks>virtio 1.2, section 5.18 (device 41), with VIRTIO_GPIO_F_IRQ. Not modelled: names of lines.</remarks>
internal sealed class GpioFunction : VirtioFunction
{
    private const int Requests = 0, Events = 1, RequestBytes = 8, InterruptFeature = 0;
    private const byte Ok = 0, Error = 1, EventInvalid = 0, EventValid = 1;

    private readonly GpioLine[] _lines;
    private readonly byte[] _configuration = new byte[8];

    public GpioFunction(IGpioPort[] ports)
    {
        _lines = [.. ports.Select(port => new GpioLine(port))];
        foreach (var line in _lines) line.Signalled = () => Deliver(line);
        BinaryPrimitives.WriteUInt16LittleEndian(_configuration, (ushort)ports.Length);
    }

    private enum Message : ushort { GetNames = 1, GetDirection, SetDirection, GetValue, SetValue, SetInterruptType }

    public override uint DeviceId => 41;

    public override int QueueCount => 2;

    public override ulong Features => 1UL << InterruptFeature;

    public override ReadOnlySpan<byte> Configuration => _configuration;

    public override bool IsTransaction(int queue) => queue == Requests;

    public override void Process(int queue)
    {
        if (queue == Requests)
        {
            while (Queues.TryTake(Requests) is { } chain) Queues.Answer(Requests, chain, Queues.Generation, () => Perform(chain));
        }
        else if (HasFeature(InterruptFeature))
        {
            while (Queues.TryTake(Events) is { } chain) Queues.Guard(() => Wait(chain));
        }
    }

    public override void Reset()
    {
        foreach (var line in _lines) line.Reset();
    }

    public override void Save(IStateWriter state) =>
        state.WriteList("lines", _lines.Length, (item, i) => _lines[i].Save(item));

    public override void Restore(IStateReader state)
    {
        var lines = state.ReadList("lines", _lines.Length);
        if (lines.Count != _lines.Length) throw state.Error("lines", $"has {lines.Count} lines, and this device {_lines.Length}");
        for (var i = 0; i < _lines.Length; i++) _lines[i].Restore(lines[i]);
    }

    private long Perform(DescriptorChain chain)
    {
        var request = chain.Read(0, RequestBytes);
        var type = (Message)BinaryPrimitives.ReadUInt16LittleEndian(request);
        var number = BinaryPrimitives.ReadUInt16LittleEndian(request.AsSpan(2));
        var value = BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(4));
        var answer = number < _lines.Length ? Perform(type, _lines[number], value) : null;
        chain.Write(0, [answer is null ? Error : Ok, answer ?? 0]);
        return 2;
    }

    /// <summary>Does what a message asks; null when it cannot be done.</summary>
    private byte? Perform(Message type, GpioLine line, uint value) => type switch
    {
        Message.GetDirection => (byte)line.Direction,
        Message.SetDirection when value <= (uint)GpioLineDirection.Input => Done(() => line.SetDirection((GpioLineDirection)value)),
        Message.GetValue => line.Level ? (byte)1 : (byte)0,
        Message.SetValue when value <= 1 => Done(() => line.SetValue(value == 1)),
        Message.SetInterruptType when HasFeature(InterruptFeature) && GpioLine.IsTrigger(value) =>
            Done(() => SetTrigger(line, (GpioTrigger)value)),
        _ => null,
    };

    private static byte Done(Action action)
    {
        action();
        return 0;
    }

    private void SetTrigger(GpioLine line, GpioTrigger trigger)
    {
        line.SetTrigger(trigger);
        if (trigger == GpioTrigger.None) Return(line, EventInvalid);
        else Deliver(line);
    }

    // Interrupts: the driver unmasks a line by a request that waits here; answering it masks the line again.

    private bool Wait(DescriptorChain chain)
    {
        var number = BinaryPrimitives.ReadUInt16LittleEndian(chain.Read(0, 2));
        var line = number < _lines.Length ? _lines[number] : null;
        if (line is null || line.Trigger == GpioTrigger.None || line.Waiting is not null)
        {
            Answer(chain, EventInvalid);
            return false;
        }
        line.Waiting = chain;
        Deliver(line);
        return true;
    }

    private void Deliver(GpioLine line)
    {
        if (line.Waiting is null || !line.IsDue) return;
        line.Acknowledge();
        Return(line, EventValid);
    }

    private void Return(GpioLine line, byte status)
    {
        if (line.Waiting is not { } chain) return;
        line.Waiting = null;
        Answer(chain, status);
    }

    private void Answer(DescriptorChain chain, byte status) => Queues.Answer(Events, chain, Queues.Generation, () =>
    {
        chain.Write(0, [status]);
        return 1;
    });
}
