// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

/// <summary>
/// A bus with targets that the test names. A read gives bytes that count up from the last byte written before it, as a
/// register file with an address pointer does. Completion is immediate, or held until the test lets it go.
/// </summary>
internal sealed class FakeI2cPort : II2cPort
{
    private readonly Dictionary<ushort, byte> _pointers = [];
    private Action? _held;

    public HashSet<ushort> Present { get; } = [];

    /// <summary>What the bus did, such as <c>W76:F7 R76:3</c>: one text a transaction.</summary>
    public List<string> Transactions { get; } = [];

    /// <summary>When true a transfer completes at <see cref="Complete"/>.</summary>
    public bool Slow { get; set; }

    /// <summary>When set, what the next transfer ends with instead.</summary>
    public BusStatus? NextStatus { get; set; }

    public bool ZeroLengthUnsupported { get; set; }

    public bool IsBusy => _held is not null;

    public void Transfer(IReadOnlyList<I2cMessage> messages, Action<BusStatus> completed)
    {
        if (_held is not null) throw new InvalidOperationException("two transfers at once");
        Transactions.Add(string.Join(' ', messages.Select(Describe)));
        if (Slow) _held = () => completed(Perform(messages)); // a twin that does it again meets targets that have not seen it
        else completed(Perform(messages));
    }

    public void Complete()
    {
        var held = _held ?? throw new InvalidOperationException("no transfer is under way");
        _held = null;
        held();
    }

    public void CopyOutsideTo(FakeI2cPort other)
    {
        other.Present.UnionWith(Present);
        other.Slow = Slow;
        foreach (var (address, pointer) in _pointers) other._pointers[address] = pointer;
    }

    private static string Describe(I2cMessage m) =>
        m.IsRead ? $"R{m.Address:X2}:{m.Data.Length}" : $"W{m.Address:X2}:{Convert.ToHexString(m.Data.Span)}";

    private BusStatus Perform(IReadOnlyList<I2cMessage> messages)
    {
        if (NextStatus is { } forced)
        {
            NextStatus = null;
            return forced;
        }
        if (ZeroLengthUnsupported && messages.Any(m => m.Data.Length == 0)) return BusStatus.Unsupported;
        foreach (var message in messages)
        {
            if (!Present.Contains(message.Address)) return BusStatus.NoAcknowledge;
            Perform(message);
        }
        return BusStatus.Ok;
    }

    private void Perform(I2cMessage message)
    {
        var pointer = _pointers.GetValueOrDefault(message.Address);
        var data = message.Data.Span;
        if (message.IsRead)
        {
            for (var i = 0; i < data.Length; i++) data[i] = pointer++;
        }
        else if (data.Length > 0) pointer = data[^1];
        _pointers[message.Address] = pointer;
    }
}
