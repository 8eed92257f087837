// SPDX-License-Identifier: Apache-2.0
using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Pwm;
using System.Device.Spi;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.DotnetIot;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.DotnetIot;

/// <summary>A board of fakes of the package's abstract classes; its I2C targets are the simulated driver's chips.</summary>
internal sealed class FakeHardware(IDriverContext context) : IIotHardware
{
    private readonly IBoardDriver _i2c = new SimulatedI2cPlugin().Create(context);

    public SoftPins Pins { get; } = new();

    public Func<int, I2cDevice?> Chips { get; set; } = _ => null;

    public SoftPwm Pwm { get; } = new();

    public List<SpiConnectionSettings> SpiOpened { get; } = [];

    public Func<byte[], byte[]> Spi { get; set; } = sent => sent;

    public GpioController OpenGpio(int? chip) => new(Pins);

    public I2cDevice OpenI2c(int bus, int address) => Chips(address) ?? new TargetDevice(bus, address, null);

    public SpiDevice OpenSpi(SpiConnectionSettings settings)
    {
        SpiOpened.Add(settings);
        return new SoftSpi(settings, sent => Spi(sent));
    }

    public PwmChannel OpenPwm(int chip, int channel) => Pwm;

    /// <summary>One of the simulated driver's models, as the package sees a target.</summary>
    public I2cDevice Simulated(int address, string model) => new TargetDevice(
        1, address, (II2cTarget)_i2c.Open(Options.Of(("bus", "1"), ("address", $"{address}"), ("model", model))));

    /// <summary>A target; null: nobody is there, and the kernel says so.</summary>
    private sealed class TargetDevice(int bus, int address, II2cTarget? target) : I2cDevice
    {
        public override I2cConnectionSettings ConnectionSettings { get; } = new(bus, address);

        public override void Read(Span<byte> buffer)
        {
            var data = new byte[buffer.Length];
            Transfer(new I2cMessage(0, true, data));
            data.CopyTo(buffer);
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Transfer(new I2cMessage(0, false, buffer.ToArray()));

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            var data = new byte[readBuffer.Length];
            Transfer(new I2cMessage(0, false, writeBuffer.ToArray()), new I2cMessage(0, true, data));
            data.CopyTo(readBuffer);
        }

        private void Transfer(params I2cMessage[] messages)
        {
            if (target is null || target.Transfer(messages) != BusStatus.Ok)
                throw new IOException("Error 121 (Remote I/O error) performing I2C data transfer.");
        }
    }
}
