// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>A VM's I2C bus: the targets that its manifest lists, at the addresses under which the guest knows them.</summary>
internal sealed class I2cBinding : BusBinding, II2cPort
{
    private readonly IReadOnlyDictionary<ushort, BusShare<II2cTarget>> _targets;
    private readonly Request _request;

    public I2cBinding(PortMapping mapping, PortOwner owner, TimeProvider time, IReadOnlyDictionary<ushort, BusShare<II2cTarget>> targets)
        : base(mapping, owner, time)
    {
        _targets = targets;
        _request = new Request(this);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// All messages of a transaction go to one target: the real buses behind a guest's bus may be several, and a repeated
    /// start cannot cross from one to another.
    /// </remarks>
    public void Transfer(IReadOnlyList<I2cMessage> messages, Action<BusStatus> completed)
    {
        if (!IsOpen || messages.Count == 0)
        {
            completed(IsOpen ? BusStatus.Ok : BusStatus.Unavailable);
        }
        else if (!_targets.TryGetValue(messages[0].Address, out var target))
        {
            completed(BusStatus.NoAcknowledge); // nobody there, as far as this VM can see
        }
        else if (!_request.TryFill(messages, completed))
        {
            completed(BusStatus.Unsupported);
        }
        else
        {
            _request.Submit(target);
        }
    }

    protected override void Release()
    {
        foreach (var target in _targets.Values) target.Release(this);
    }

    private sealed class Request(I2cBinding binding) : BusRequest(binding)
    {
        private I2cMessage[] _messages = new I2cMessage[2];
        private int _count;
        private Action<BusStatus>? _completed;

        /// <summary>False when the messages are for several targets.</summary>
        public bool TryFill(IReadOnlyList<I2cMessage> messages, Action<BusStatus> completed)
        {
            if (_completed is not null) throw new InvalidOperationException("a transaction is under way on this port already");
            _count = messages.Count;
            if (_messages.Length < _count) _messages = new I2cMessage[_count];
            for (var i = 0; i < _count; i++)
            {
                _messages[i] = messages[i];
                if (messages[i].Address != messages[0].Address) return false;
            }
            _completed = completed;
            return true;
        }

        protected override BusStatus Perform()
        {
            var messages = _messages.AsSpan(0, _count);
            foreach (ref readonly var message in messages) Share.Counters.AddBytes(message.Data.Length);
            return ((BusShare<II2cTarget>)Share).Peripheral.Transfer(messages);
        }

        protected override void Deliver(BusStatus status)
        {
            _messages.AsSpan(0, _count).Clear();
            var completed = _completed!;
            _completed = null; // the device may begin the next one from its handler
            completed(status);
        }
    }
}
