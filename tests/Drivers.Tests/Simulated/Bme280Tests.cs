// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using CsCheck;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.Simulated;

/// <summary>The sensor as a driver written after the data sheet sees it: through its registers, with integer compensation.</summary>
public sealed class Bme280Tests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly FakeDriverContext _context;
    private readonly II2cTarget _sensor;

    public Bme280Tests()
    {
        _context = new FakeDriverContext(_time);
        _sensor = (II2cTarget)new SimulatedI2cPlugin().Create(_context).Open(Options.Of(("bus", "1"), ("model", "bme280")));
    }

    public void Dispose() => _context.Dispose();

    [Fact]
    public void It_is_a_BME280_at_its_usual_address()
    {
        Assert.Equal((0x76, 0x60), (_sensor.Address, Read(0xD0)));
    }

    [Fact]
    public void After_reset_it_sleeps_and_has_measured_nothing()
    {
        Write(0xF2, 1);
        Write(0xF4, 0x25);
        _time.Advance(TimeSpan.FromSeconds(1));
        Write(0xE0, 0xB6);

        Assert.Equal((0, 0, 0, 0), (Read(0xF2), Read(0xF3), Read(0xF4), Read(0xF5)));
        Assert.Equal([0x80, 0, 0, 0x80, 0, 0, 0x80, 0], Burst(0xF7, 8));
    }

    [Fact]
    public void A_forced_measurement_takes_its_time_then_sleeps()
    {
        Write(0xF2, 1);
        Write(0xF4, 0x25); // all once, forced

        Assert.Equal((0x08, 0x25), (Read(0xF3), Read(0xF4)));
        _time.Advance(TimeSpan.FromMilliseconds(7.9));
        Assert.Equal(0x08, Read(0xF3));
        _time.Advance(TimeSpan.FromMilliseconds(0.1)); // 1 + 2 + 2.5 + 2.5, section 9.1
        Assert.Equal((0x00, 0x24), (Read(0xF3), Read(0xF4)));
    }

    [Fact]
    public void What_the_outside_sets_is_what_a_driver_computes()
    {
        Gen.Select(Gen.Double[-20, 60], Gen.Double[800, 1090], Gen.Double[5, 95]).Sample((celsius, hectopascal, humidity) =>
        {
            Change("temperature", celsius);
            Change("pressure", hectopascal);
            Change("humidity", humidity);
            Write(0xF2, 1);
            Write(0xF4, 0x25);
            _time.Advance(TimeSpan.FromMilliseconds(10));

            var (c, p, h) = Compensate();
            Assert.Equal(celsius, c, 0.02);
            Assert.Equal(hectopascal, p, 0.1);
            Assert.Equal(humidity, h, 0.1);
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void Normal_mode_measures_again_and_again()
    {
        Write(0xF5, 0); // 0.5 ms standby, no filter
        Write(0xF4, 0x27);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        var first = Burst(0xFA, 3);
        Change("temperature", 40);
        _time.Advance(TimeSpan.FromMilliseconds(10));

        Assert.NotEqual(first, Burst(0xFA, 3));
        Assert.Equal(0x27, Read(0xF4));
    }

    [Fact]
    public void The_filter_comes_up_slowly()
    {
        Write(0xF5, 2 << 2); // coefficient 4
        double last = 0;
        foreach (var (celsius, low, high) in ((double, double, double)[])[(20, 19.9, 20.1), (28, 21.5, 22.5), (28, 23, 24)])
        {
            Change("temperature", celsius);
            Write(0xF4, 0x25);
            _time.Advance(TimeSpan.FromMilliseconds(10));
            last = Compensate().Celsius;
            Assert.InRange(last, low, high);
        }
    }

    [Fact]
    public void Humidity_oversampling_takes_effect_with_the_next_write_to_ctrl_meas()
    {
        Write(0xF2, 1);
        Assert.Equal(0, Read(0xF2));
        Write(0xF4, 0);
        Assert.Equal(1, Read(0xF2));
    }

    [Fact]
    public void Pairs_of_register_and_value_can_be_written_at_once_and_others_are_read_only()
    {
        Assert.Equal(BusStatus.Ok, _sensor.Transfer([new I2cMessage(0, false, new byte[] { 0xF5, 0xA0, 0xD0, 0x11, 0xF4, 0x24 })]));

        Assert.Equal((0xA0, 0x60, 0x24), (Read(0xF5), Read(0xD0), Read(0xF4)));
    }

    [Theory]
    [InlineData("temperature", "90")]
    [InlineData("temperature", "warm")]
    [InlineData("colour", "red")]
    public void The_outside_refuses_what_cannot_be(string name, string value)
    {
        Assert.Throws<OptionException>(() => ((ISimulated)_sensor).Change(name, value));
    }

    private void Change(string name, double value) => ((ISimulated)_sensor).Change(name, value.ToString("R", CultureInfo.InvariantCulture));

    private void Write(byte register, byte value) => _sensor.Transfer([new I2cMessage(0, false, new[] { register, value })]);

    private byte Read(byte register) => Burst(register, 1)[0];

    private byte[] Burst(byte register, int length)
    {
        var data = new byte[length];
        Assert.Equal(BusStatus.Ok, _sensor.Transfer([new I2cMessage(0, false, new[] { register }), new I2cMessage(0, true, data)]));
        return data;
    }

    // BST-BME280-DS002, section 4.2.3: the integer formulas, from the registers as a driver has them.
    private (double Celsius, double Hectopascal, double HumidityPercent) Compensate()
    {
        var (low, high, data) = (Burst(0x88, 26), Burst(0xE1, 7), Burst(0xF7, 8));
        long rawPressure = (data[0] << 12) | (data[1] << 4) | (data[2] >> 4);
        var rawTemperature = (data[3] << 12) | (data[4] << 4) | (data[5] >> 4);
        var rawHumidity = (data[6] << 8) | data[7];

        int t1 = BinaryPrimitives.ReadUInt16LittleEndian(low), t2 = Signed(low, 2), t3 = Signed(low, 4);
        var coarse = (((rawTemperature >> 3) - (t1 << 1)) * t2) >> 11;
        var offset = (rawTemperature >> 4) - t1;
        var fine = coarse + ((((offset * offset) >> 12) * t3) >> 14);
        var celsius = ((fine * 5) + 128) >> 8;
        return (celsius / 100.0, PressureIn256thPascal(low, rawPressure, fine) / 25600.0, HumidityIn1024th(low, high, rawHumidity, fine) / 1024.0);
    }

    private static long PressureIn256thPascal(byte[] calibration, long raw, int fine)
    {
        long p1 = BinaryPrimitives.ReadUInt16LittleEndian(calibration.AsSpan(6));
        var p = Enumerable.Range(2, 8).Select(i => (long)Signed(calibration, 4 + (2 * i))).ToArray(); // P2 to P9
        long a = fine - 128000L;
        var b = (a * a * p[4]) + ((a * p[3]) << 17) + (p[2] << 35);
        var c = ((a * a * p[1]) >> 8) + ((a * p[0]) << 12);
        c = (((1L << 47) + c) * p1) >> 33;
        var pressure = (((1048576 - raw) << 31) - b) * 3125 / c;
        var d = (p[7] * (pressure >> 13) * (pressure >> 13)) >> 25;
        var e = (p[6] * pressure) >> 19;
        return ((pressure + d + e) >> 8) + (p[5] << 4);
    }

    private static int HumidityIn1024th(byte[] low, byte[] high, int raw, int fine)
    {
        int h1 = low[25], h2 = Signed(high, 0), h3 = high[2], h6 = (sbyte)high[6];
        var h4 = ((sbyte)high[3] << 4) | (high[4] & 0xF);
        var h5 = ((sbyte)high[5] << 4) | (high[4] >> 4);
        var t = fine - 76800;
        var linear = ((raw << 14) - (h4 << 20) - (h5 * t) + 16384) >> 15;
        var slope = ((((((t * h6) >> 10) * (((t * h3) >> 11) + 32768)) >> 10) + 2097152) * h2 + 8192) >> 14;
        var value = linear * slope;
        value -= ((((value >> 15) * (value >> 15)) >> 7) * h1) >> 4;
        return Math.Clamp(value, 0, 419430400) >> 12;
    }

    private static short Signed(byte[] bytes, int at) => BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(at));
}
