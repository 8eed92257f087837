// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.DotnetIot;

namespace EdgeHypervisor.Drivers.Tests.DotnetIot;

public sealed class IotGpioTests : GpioContract
{
    protected override IGpioRig NewRig() => new Rig();

    [Fact]
    public void A_line_that_a_mistake_names_is_refused()
    {
        using var context = new FakeDriverContext();
        using var driver = new IotGpioPlugin().Create(context, new FakeHardware(context));
        Assert.Contains("option 'line': missing", Assert.Throws<OptionException>(() => driver.Validate(Options.Of())).Message);
        Assert.Contains("option 'lien': unknown", Assert.Throws<OptionException>(() => driver.Open(Options.Of(("line", "1"), ("lien", "2")))).Message);
    }

    private sealed class Rig : IGpioRig
    {
        private const int Pin = 17;
        private readonly FakeDriverContext _context = new();
        private readonly FakeHardware _hardware;
        private readonly IBoardDriver _driver;

        public Rig()
        {
            _hardware = new FakeHardware(_context);
            _driver = new IotGpioPlugin().Create(_context, _hardware);
            Line = Open();
        }

        public IGpioLine Line { get; private set; }

        // The package notes each value in a dictionary whose nodes it makes anew.
        public long AllocatedBytesOfAWrite => 40;

        public IGpioLine Reopen(params (string Name, string Value)[] options)
        {
            Line.Dispose();
            return Line = Open(options);
        }

        public bool Measure() => _hardware.Pins.Level(Pin);

        public void DriveFromOutside(bool? level) => _hardware.Pins.DriveFromOutside(Pin, level);

        public void Settle()
        {
        }

        public long NowNs() => (long)(_context.Time.GetTimestamp() * (1_000_000_000.0 / _context.Time.TimestampFrequency));

        public void Dispose()
        {
            Line.Dispose();
            _driver.Dispose();
            _context.Dispose();
        }

        private IGpioLine Open(params (string Name, string Value)[] options) =>
            (IGpioLine)_driver.Open(Options.Of([("line", $"{Pin}"), .. options]));
    }
}
