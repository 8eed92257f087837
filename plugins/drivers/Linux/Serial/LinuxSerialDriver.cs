// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Opens serial ports.</summary>
internal sealed class LinuxSerialDriver(IDriverContext context, IKernel kernel) : LinuxDriver<LinuxSerialSettings>(context, kernel)
{
    private const int HighestBaud = 20_000_000;
    private const int LongestDelayMs = 1000;

    public override PeripheralKind Kind => PeripheralKind.Serial;

    protected override LinuxSerialSettings Read(ComponentOptions options)
    {
        var path = options.GetString("path");
        if (!path.StartsWith("/dev/", StringComparison.Ordinal)) throw new OptionException(options.Owner, "path", $"'{path}' is not a device file such as /dev/serial0");
        return new LinuxSerialSettings(
            options.Owner,
            path,
            (uint)options.GetInteger("baud", 115_200, 50, HighestBaud),
            (int)options.GetInteger("dataBits", 8, 5, 8),
            options.GetChoice<SerialParity>("parity", SerialParity.None),
            (int)options.GetInteger("stopBits", 1, 1, 2),
            options.GetChoice<SerialFlow>("flow", SerialFlow.None),
            ReadRs485(options));
    }

    protected override string? ContentionKey(LinuxSerialSettings settings) => null;

    protected override string? Look(LinuxSerialSettings settings, LinuxHost host) => LookForFile(host, settings.Owner, settings.Path);

    protected override IPeripheral Open(LinuxSerialSettings settings, LinuxHost host) => new LinuxSerialPort(settings, host, Context);

    private static TtyUapi.Rs485? ReadRs485(ComponentOptions options)
    {
        var flags = TtyUapi.Rs485Flags.Enabled
            | (options.GetBoolean("rtsOnSend", true) ? TtyUapi.Rs485Flags.RtsOnSend : 0)
            | (options.GetBoolean("rtsAfterSend", false) ? TtyUapi.Rs485Flags.RtsAfterSend : 0)
            | (options.GetBoolean("receiveWhileSending", false) ? TtyUapi.Rs485Flags.ReceiveWhileSending : 0)
            | (options.GetBoolean("terminateBus", false) ? TtyUapi.Rs485Flags.TerminateBus : 0);
        var before = (uint)options.GetInteger("delayBeforeMs", 0, 0, LongestDelayMs);
        var after = (uint)options.GetInteger("delayAfterMs", 0, 0, LongestDelayMs);
        return options.GetBoolean("rs485", false) ? new TtyUapi.Rs485 { Flags = flags, DelayBeforeMs = before, DelayAfterMs = after } : null;
    }
}
