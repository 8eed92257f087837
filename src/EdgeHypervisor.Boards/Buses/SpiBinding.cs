// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>A VM's chip select. While it keeps its chip selected the bus is its own.</summary>
internal sealed class SpiBinding : BusBinding, ISpiPort
{
    private readonly BusShare<ISpiDevice> _device;
    private readonly Request _request;
    private volatile bool _hasLostBus;

    public SpiBinding(PortMapping mapping, PortOwner owner, TimeProvider time, BusShare<ISpiDevice> device)
        : base(mapping, owner, time)
    {
        _device = device;
        _request = new Request(this);
    }

    /// <inheritdoc/>
    public void Transfer(Memory<byte> data, SpiSettings settings, bool keepSelected, Action<BusStatus> completed)
    {
        if (!IsOpen)
        {
            completed(BusStatus.Unavailable);
        }
        else if (_hasLostBus) // in the middle of a transaction: the rest of it would be taken for a new one
        {
            completed(BusStatus.ArbitrationLost);
        }
        else
        {
            _request.Fill(data, settings, keepSelected, completed);
            _request.Submit(_device);
        }
    }

    /// <inheritdoc/>
    public void Deselect()
    {
        _hasLostBus = false;
        _device.Lane.Release(this, _device.Peripheral.Deselect);
    }

    public override void LoseBus()
    {
        _hasLostBus = true;
        _device.Peripheral.Deselect();
        _device.Counters.AddRefusal();
    }

    public override void AbandonBus() => _device.Peripheral.Deselect();

    protected override void Release()
    {
        Deselect();
        _device.Release(this);
    }

    private sealed class Request(SpiBinding binding) : BusRequest(binding)
    {
        private Memory<byte> _data;
        private SpiSettings _settings;
        private bool _keepSelected;
        private Action<BusStatus>? _completed;

        public override bool KeepsBus => _keepSelected;

        public void Fill(Memory<byte> data, SpiSettings settings, bool keepSelected, Action<BusStatus> completed)
        {
            if (_completed is not null) throw new InvalidOperationException("a transfer is under way on this port already");
            (_data, _settings, _keepSelected, _completed) = (data, settings, keepSelected, completed);
        }

        protected override BusStatus Perform()
        {
            Share.Counters.AddBytes(_data.Length);
            return ((BusShare<ISpiDevice>)Share).Peripheral.Transfer(_data.Span, _settings, _keepSelected);
        }

        protected override void Deliver(BusStatus status)
        {
            var completed = _completed!;
            (_completed, _data) = (null, default);
            completed(status);
        }
    }
}
