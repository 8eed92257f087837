// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>A model at an address of a bus.</summary>
internal sealed class SimulatedI2cTarget(SimulatedI2cSettings settings, SimulatedI2cBus bus, II2cModel model, IDisposable claim)
    : II2cTarget, ISimulated, IImmediate
{
    private volatile bool _isPlugged = true;
    private long _transactions;

    public ushort Address => settings.Address;

    public bool IsImmediate => settings.LatencyUs == 0 && !bus.IsStuck;

    public BusStatus Transfer(ReadOnlySpan<I2cMessage> messages)
    {
        if (!bus.Await(TimeSpan.FromMilliseconds(settings.TimeoutMs))) return BusStatus.TimedOut;
        if (settings.LatencyUs > 0) Wire.Take(settings.LatencyUs);
        lock (bus.Lock)
        {
            _transactions++;
            var status = BusStatus.Ok;
            foreach (ref readonly var message in messages)
            {
                status = TransferOne(message);
                if (status != BusStatus.Ok) break;
            }
            model.Stop();
            return status;
        }
    }

    public IReadOnlyDictionary<string, string> Observe()
    {
        lock (bus.Lock)
        {
            var seen = new Dictionary<string, string>
            {
                ["address"] = string.Create(CultureInfo.InvariantCulture, $"0x{settings.Address:x2}"),
                ["transactions"] = Outside.Format(_transactions),
                ["plugged"] = Outside.Format(_isPlugged),
                ["stuck"] = Outside.Format(bus.IsStuck),
            };
            model.Observe(seen);
            return seen;
        }
    }

    /// <summary><c>plugged</c>: whether it is there. <c>stuck</c>: whether its bus is. The rest is the model's.</summary>
    public void Change(string name, string value)
    {
        switch (name)
        {
            case "stuck":
                bus.SetStuck(Outside.Boolean(settings.Owner, name, value));
                break;
            case "plugged":
                _isPlugged = Outside.Boolean(settings.Owner, name, value);
                break;
            default:
                lock (bus.Lock)
                {
                    if (!model.TryChange(settings.Owner, name, value)) throw Outside.Unknown(settings.Owner, name, "plugged", "stuck", model.Changeable);
                }
                break;
        }
    }

    public void Dispose() => claim.Dispose();

    private BusStatus TransferOne(in I2cMessage message)
    {
        if (!_isPlugged || !model.IsAcknowledging) return BusStatus.NoAcknowledge;
        if (!message.IsRead) return model.Write(message.Data.Span) ? BusStatus.Ok : BusStatus.NoAcknowledge;
        model.Read(message.Data.Span);
        return BusStatus.Ok;
    }
}
