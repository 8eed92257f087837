// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>A VM's analogue input.</summary>
internal sealed class AdcBinding : BusBinding, IAdcPort
{
    private readonly BusShare<IAdcChannel> _channel;
    private readonly Request _request;

    public AdcBinding(PortMapping mapping, PortOwner owner, TimeProvider time, BusShare<IAdcChannel> channel)
        : base(mapping, owner, time)
    {
        _channel = channel;
        _request = new Request(this);
    }

    /// <inheritdoc/>
    public void Sample(Action<BusStatus, long> completed)
    {
        if (!IsOpen)
        {
            completed(BusStatus.Unavailable, 0);
            return;
        }
        _request.Fill(completed);
        _request.Submit(_channel);
    }

    protected override void Release() => _channel.Release(this);

    private sealed class Request(AdcBinding binding) : BusRequest(binding)
    {
        private Action<BusStatus, long>? _completed;
        private long _microvolts;

        public void Fill(Action<BusStatus, long> completed)
        {
            if (_completed is not null) throw new InvalidOperationException("a sample is under way on this port already");
            (_completed, _microvolts) = (completed, 0);
        }

        protected override BusStatus Perform()
        {
            _microvolts = ((BusShare<IAdcChannel>)Share).Peripheral.ReadMicrovolts();
            return BusStatus.Ok;
        }

        protected override void Deliver(BusStatus status)
        {
            var completed = _completed!;
            _completed = null;
            completed(status, _microvolts);
        }
    }
}
