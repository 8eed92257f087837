// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>The virtio MMIO transport, version 2, for any <see cref="VirtioFunction"/>.</summary>
/// <remarks>
/// virtio 1.2, section 4.2. Offers version 1 and indirect descriptors. A driver that breaks its rings gets
/// DEVICE_NEEDS_RESET and no more service. Not modelled: shared memory regions, queue reset, packed rings, event indices.
/// </remarks>
internal sealed class VirtioMmio : IMmioDevice, IDeviceTreeSource
{
    private const uint Magic = 0x7472_6976, TransportVersion = 2, Vendor = 0x4548_4447, ConfigurationBase = 0x100;
    private const ulong IndirectDescriptors = 1UL << 28, VersionOne = 1UL << 32;
    private const uint UsedBuffer = 1, ConfigurationChange = 2;
    private const byte FeaturesOk = 8, DriverOk = 4, NeedsReset = 0x40, Failed = 0x80;

    private readonly VirtioFunction _function;
    private readonly Virtqueue[] _queues;
    private readonly IInterruptLine _irq;
    private readonly IUnassigned _unassigned;
    private readonly IGuestClock _clock;
    private readonly IGuestTimer _resume;
    private State _s;

    public VirtioMmio(VirtioFunction function, IDeviceContext context)
    {
        (_function, _irq, _unassigned, _clock) = (function, context.Output("irq"), context.Unassigned, context.Clock);
        _queues = new Virtqueue[function.QueueCount];
        for (var i = 0; i < _queues.Length; i++) _queues[i] = new Virtqueue(context.Memory);
        _resume = context.Clock.CreateTimer(RepeatTaken);
        function.Queues = new VirtioQueues(_queues, () => Interrupt(UsedBuffer), Fail);
        Reset();
    }

    private enum Register : uint
    {
        Magic = 0x00, Version = 0x04, DeviceId = 0x08, VendorId = 0x0C, DeviceFeatures = 0x10, DeviceFeaturesSelect = 0x14,
        DriverFeatures = 0x20, DriverFeaturesSelect = 0x24, QueueSelect = 0x30, QueueSizeMaximum = 0x34, QueueSize = 0x38,
        QueueReady = 0x44, QueueNotify = 0x50, InterruptStatus = 0x60, InterruptAcknowledge = 0x64, Status = 0x70,
        DescriptorsLow = 0x80, DescriptorsHigh = 0x84, AvailableLow = 0x90, AvailableHigh = 0x94, UsedLow = 0xA0, UsedHigh = 0xA4,
        SharedMemorySelect = 0xAC, SharedMemoryLengthLow = 0xB0, SharedMemoryLengthHigh = 0xB4,
        SharedMemoryBaseLow = 0xB8, SharedMemoryBaseHigh = 0xBC, ConfigurationGeneration = 0xFC,
    }

    /// <inheritdoc/>
    public uint WindowBytes => 0x1000;

    /// <inheritdoc/>
    public DeviceTreeDescription DeviceTree => new("virtio_mmio", "virtio,mmio") { Interrupts = ["irq"] };

    /// <inheritdoc/>
    public bool InTransaction
    {
        get
        {
            for (var i = 0; i < _queues.Length; i++)
            {
                if (_queues[i].HasTaken && _function.IsTransaction(i)) return true;
            }
            return false;
        }
    }

    private ulong Offered => _function.Features | VersionOne | IndirectDescriptors;

    private Virtqueue? Queue => _s.QueueSelect < _queues.Length ? _queues[_s.QueueSelect] : null;

    /// <inheritdoc/>
    public ulong Read(uint offset, AccessWidth width)
    {
        if (offset >= ConfigurationBase) return ReadConfiguration(offset - ConfigurationBase, width);
        if (width != AccessWidth.Word) return _unassigned.Read(offset);
        return (Register)offset switch
        {
            Register.Magic => Magic,
            Register.Version => TransportVersion,
            Register.DeviceId => _function.DeviceId,
            Register.VendorId => Vendor,
            Register.DeviceFeatures => _s.DeviceFeaturesSelect < 2 ? (uint)(Offered >> (int)_s.DeviceFeaturesSelect * 32) : 0,
            Register.QueueSizeMaximum => Queue is null ? 0u : Virtqueue.MaximumSize,
            Register.QueueReady => Queue is { IsReady: true } ? 1u : 0,
            Register.InterruptStatus => _s.InterruptStatus,
            Register.Status => _s.Status,
            Register.SharedMemoryLengthLow or Register.SharedMemoryLengthHigh
                or Register.SharedMemoryBaseLow or Register.SharedMemoryBaseHigh => uint.MaxValue, // there is none
            Register.ConfigurationGeneration => 0, // it never changes
            _ => _unassigned.Read(offset),
        };
    }

    /// <inheritdoc/>
    public void Write(uint offset, AccessWidth width, ulong value)
    {
        var data = (uint)value;
        switch (width == AccessWidth.Word ? (Register)offset : (Register)uint.MaxValue)
        {
            case Register.DeviceFeaturesSelect: _s.DeviceFeaturesSelect = data; break;
            case Register.DriverFeatures: AcceptFeatures(data); break;
            case Register.DriverFeaturesSelect: _s.DriverFeaturesSelect = data; break;
            case Register.QueueSelect: _s.QueueSelect = data; break;
            case Register.QueueNotify: Notify(data); break;
            case Register.InterruptAcknowledge: _s.InterruptStatus &= ~data; break;
            case Register.Status: SetStatus((byte)data); break;
            case Register.SharedMemorySelect: break;
            case >= Register.QueueSize and <= Register.QueueReady or >= Register.DescriptorsLow and <= Register.UsedHigh:
                if (Queue is { } queue) SetUp(queue, (Register)offset, data);
                break;
            default: _unassigned.Write(offset, value); break;
        }
        UpdateInterrupt();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _s = default;
        _resume.Cancel();
        foreach (var queue in _queues) queue.Reset();
        _function.Queues.Invalidate();
        _function.Queues.AcceptedFeatures = 0;
        _function.Reset();
        UpdateInterrupt();
    }

    /// <inheritdoc/>
    public void Save(IStateWriter state)
    {
        state.Write("deviceId", (ulong)_function.DeviceId);
        state.Write("status", (ulong)_s.Status);
        state.Write("interruptStatus", (ulong)_s.InterruptStatus);
        state.Write("deviceFeaturesSelect", (ulong)_s.DeviceFeaturesSelect);
        state.Write("driverFeaturesSelect", (ulong)_s.DriverFeaturesSelect);
        state.Write("driverFeatures", _s.DriverFeatures);
        state.Write("queueSelect", (ulong)_s.QueueSelect);
        state.WriteList("queues", _queues.Length, (item, i) => _queues[i].Save(item));
        state.WriteGroup("function", _function.Save);
    }

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        var deviceId = state.ReadUInt32("deviceId");
        if (deviceId != _function.DeviceId) throw state.Error("deviceId", $"is {deviceId} instead of {_function.DeviceId}");
        var queues = state.ReadList("queues", _queues.Length);
        if (queues.Count != _queues.Length) throw state.Error("queues", $"has {queues.Count} instead of {_queues.Length}");
        var restored = new State
        {
            Status = state.ReadByte("status"),
            InterruptStatus = (uint)state.ReadUInt64("interruptStatus", maximum: UsedBuffer | ConfigurationChange),
            DeviceFeaturesSelect = state.ReadUInt32("deviceFeaturesSelect"),
            DriverFeaturesSelect = state.ReadUInt32("driverFeaturesSelect"),
            DriverFeatures = state.ReadUInt64("driverFeatures"),
            QueueSelect = state.ReadUInt32("queueSelect"),
        };
        var isAccepted = (restored.Status & FeaturesOk) != 0; // before that a driver may have written anything
        if (isAccepted && (restored.DriverFeatures & ~Offered) != 0)
            throw state.Error("driverFeatures", "has features that this device lacks");
        Reset();
        for (var i = 0; i < _queues.Length; i++) _queues[i].Restore(queues[i]);
        _function.Queues.AcceptedFeatures = restored.DriverFeatures;
        _function.Restore(state.ReadGroup("function"));
        _s = restored;
        _function.Queues.IsLive = IsLive;
        // What was under way is done again, on the VM's next turn.
        if (IsLive && _queues.Any(queue => queue.HasTaken)) _resume.Set(_clock.NowNs);
        UpdateInterrupt();
    }

    private bool IsLive => (_s.Status & (DriverOk | NeedsReset | Failed)) == DriverOk;

    private ulong ReadConfiguration(uint offset, AccessWidth width)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        var configuration = _function.Configuration;
        for (var i = 0; i < (int)width && offset + i < configuration.Length; i++) bytes[i] = configuration[(int)offset + i];
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private void AcceptFeatures(uint data)
    {
        if (_s.DriverFeaturesSelect >= 2 || (_s.Status & FeaturesOk) != 0) return;
        var shift = (int)_s.DriverFeaturesSelect * 32;
        _s.DriverFeatures = _s.DriverFeatures & ~(0xFFFF_FFFFUL << shift) | (ulong)data << shift;
    }

    /// <summary>Zero resets. FEATURES_OK stays only when the features are acceptable, section 3.1.1.</summary>
    private void SetStatus(byte value)
    {
        if (value == 0)
        {
            Reset();
            return;
        }
        var required = _function.RequiredFeatures | VersionOne;
        var acceptable = (_s.DriverFeatures & ~Offered) == 0 && (_s.DriverFeatures & required) == required;
        if (!acceptable) value = (byte)(value & ~(FeaturesOk | DriverOk));
        _s.Status = (byte)(value | _s.Status & NeedsReset);
        _function.Queues.AcceptedFeatures = _s.DriverFeatures;
        var wasLive = _function.Queues.IsLive;
        _function.Queues.IsLive = IsLive;
        if (IsLive && !wasLive) ProcessAll();
    }

    private static void SetUp(Virtqueue queue, Register register, uint data)
    {
        if (register == Register.QueueReady) queue.IsReady = (data & 1) != 0;
        if (queue.IsReady) return; // the rings are fixed while the queue is in use
        switch (register)
        {
            case Register.QueueSize when data is > 0 and <= Virtqueue.MaximumSize && uint.IsPow2(data): queue.Size = (ushort)data; break;
            case Register.DescriptorsLow: queue.DescriptorsAt = Low(queue.DescriptorsAt, data); break;
            case Register.DescriptorsHigh: queue.DescriptorsAt = High(queue.DescriptorsAt, data); break;
            case Register.AvailableLow: queue.AvailableAt = Low(queue.AvailableAt, data); break;
            case Register.AvailableHigh: queue.AvailableAt = High(queue.AvailableAt, data); break;
            case Register.UsedLow: queue.UsedAt = Low(queue.UsedAt, data); break;
            case Register.UsedHigh: queue.UsedAt = High(queue.UsedAt, data); break;
        }
    }

    private static ulong Low(ulong old, uint data) => old & 0xFFFF_FFFF_0000_0000 | data;

    private static ulong High(ulong old, uint data) => old & 0xFFFF_FFFF | (ulong)data << 32;

    private void Notify(uint queue)
    {
        if (queue < _queues.Length && _function.Queues.IsLive) _function.Process((int)queue);
    }

    private void RepeatTaken()
    {
        for (var queue = 0; queue < _queues.Length; queue++)
        {
            if (_queues[queue].HasTaken) Notify((uint)queue);
        }
    }

    private void ProcessAll()
    {
        for (var queue = 0; queue < _queues.Length && _function.Queues.IsLive; queue++) _function.Process(queue);
        UpdateInterrupt();
    }

    private void Interrupt(uint cause)
    {
        _s.InterruptStatus |= cause;
        UpdateInterrupt();
    }

    /// <summary>The driver broke its rings: no more service until it resets the device (section 2.1.2).</summary>
    private void Fail()
    {
        _s.Status |= NeedsReset;
        _function.Queues.IsLive = false;
        Interrupt(ConfigurationChange);
    }

    // The line is a pure function of the state: recomputed after every change, never toggled by hand.
    private void UpdateInterrupt() => _irq.Drive(_s.InterruptStatus != 0);

    /// <summary>The transport's registers; rings and function have their own state.</summary>
    private struct State
    {
        public byte Status;
        public uint InterruptStatus, DeviceFeaturesSelect, DriverFeaturesSelect, QueueSelect;
        public ulong DriverFeatures;
    }
}
