// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>Opens simulated serial ports.</summary>
internal sealed class SimulatedSerialDriver(IDriverContext context) : SimulatedDriver<SimulatedSerialSettings>(context)
{
    public override PeripheralKind Kind => PeripheralKind.Serial;

    protected override SimulatedSerialSettings Read(ComponentOptions options) => new(
        options.Owner,
        options.GetChoice<SerialEnd>("end", SerialEnd.Null),
        (int)options.GetInteger("port", 0, maximum: ushort.MaxValue),
        options.GetString("link", ""));

    protected override string Place(SimulatedSerialSettings settings) => settings switch
    {
        { End: SerialEnd.Tcp, TcpPort: not 0 } => $"TCP port {settings.TcpPort}",
        { Link.Length: > 0 } => settings.Link,
        _ => $"serial port of {settings.Owner}",
    };

    protected override string? ContentionKey(SimulatedSerialSettings settings) => null;

    protected override IPeripheral Open(SimulatedSerialSettings settings, IDisposable claim)
    {
        ISerialEnd end = settings.End switch
        {
            SerialEnd.Pty => new PtyEnd(settings),
            SerialEnd.Tcp => new TcpEnd(settings),
            SerialEnd.Loopback => new LoopEnd(isOpen: true),
            _ => new LoopEnd(isOpen: false),
        };
        if (settings.End is SerialEnd.Pty or SerialEnd.Tcp) Context.Report($"{settings.Owner}: serial line at {end.Place}");
        return new SimulatedSerialPort(settings, end, claim);
    }
}
