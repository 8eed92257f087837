// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>Opens simulated lines.</summary>
internal sealed class SimulatedGpioDriver(IDriverContext context) : SimulatedDriver<SimulatedGpioSettings>(context)
{
    private const int LongestTrace = 1 << 20;

    public override PeripheralKind Kind => PeripheralKind.Gpio;

    protected override SimulatedGpioSettings Read(ComponentOptions options) => new(
        options.Owner,
        options.GetString("chip", "simulated"),
        (int)options.GetInteger("line", maximum: 1023),
        options.GetBoolean("activeLow", false),
        options.GetChoice<GpioBias>("bias", GpioBias.AsIs),
        ReadTraceLength(options));

    protected override string Place(SimulatedGpioSettings settings) => $"line {settings.Line} of chip {settings.Chip}";

    protected override string? ContentionKey(SimulatedGpioSettings settings) => null;

    protected override IPeripheral Open(SimulatedGpioSettings settings, IDisposable claim) =>
        new SimulatedGpioLine(settings, Context.Time, claim);

    private static int ReadTraceLength(ComponentOptions options)
    {
        var length = (int)options.GetInteger("trace", 0, minimum: 0, maximum: LongestTrace);
        return length == 0 ? 0 : (int)BitOperations.RoundUpToPowerOf2((uint)length);
    }
}
