// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>Bosch BME280: temperature, pressure and humidity, on I2C.</summary>
/// <remarks>
/// BST-BME280-DS002: section 3.3 (modes), 3.4 (measurement flow, filter), 5.3 and 5.4 (registers), 6.2 (I2C), 9.1
/// (measurement time). A measurement takes its typical time of the host's clock and shows in <c>status</c>; what it
/// yields is what <see cref="Air"/> says when it ends. Not modelled: noise, so oversampling only takes longer; the NVM
/// copy's duration; the SPI interface.
/// </remarks>
internal sealed class Bme280 : II2cModel
{
    private const byte ChipId = 0x60;
    private const byte ResetWord = 0xB6;
    private const byte StatusMeasuring = 1 << 3;
    private const int SkippedRaw20 = 0x80000; // section 5.4: what skipped channels read as
    private const int SkippedRaw16 = 0x8000;

    private readonly byte[] _registers = new byte[256];
    private readonly TimeProvider _time;
    private Air _air;
    private byte _pointer;
    private byte _controlHumidity; // takes effect with the next write to ctrl_meas
    private long _cycleStart;
    private bool _hasCycleMeasured;
    private bool _hasFiltered;
    private long _measurements;

    private enum Reg : byte
    {
        Id = 0xD0,
        Reset = 0xE0,
        ControlHumidity = 0xF2,
        Status = 0xF3,
        ControlMeasurement = 0xF4,
        Config = 0xF5,
        Pressure = 0xF7,
        Temperature = 0xFA,
        Humidity = 0xFD,
    }

    private enum Mode
    {
        Sleep,
        Forced,
        Normal,
    }

    public Bme280(Air air, TimeProvider time)
    {
        (_air, _time) = (air, time);
        Reset();
    }

    public bool IsAcknowledging => true;

    public string Changeable => "temperature, pressure, humidity";

    // Section 6.2.1: pairs of a register's number and its value; a lone last byte sets where reading starts.
    public bool Write(ReadOnlySpan<byte> data)
    {
        Advance();
        for (var i = 0; i < data.Length; i += 2)
        {
            _pointer = data[i];
            if (i + 1 < data.Length) WriteRegister((Reg)data[i], data[i + 1]);
        }
        return true;
    }

    // Section 6.2.2: the number counts up by itself. One burst sees one measurement (section 4, shadowing).
    public void Read(Span<byte> data)
    {
        Advance();
        foreach (ref var value in data) value = _registers[_pointer++];
    }

    public void Stop()
    {
    }

    public void Observe(IDictionary<string, string> seen)
    {
        Advance();
        seen["temperature"] = Outside.Format(_air.Celsius);
        seen["pressure"] = Outside.Format(_air.Pascal / 100);
        seen["humidity"] = Outside.Format(_air.HumidityPercent);
        seen["mode"] = Quantity.ToKebabCase(CurrentMode.ToString());
        seen["measurements"] = Outside.Format(_measurements);
    }

    // Ranges: section 1, operating ranges with full accuracy or not.
    public bool TryChange(string owner, string name, string value)
    {
        Advance();
        switch (name)
        {
            case "temperature": _air = _air with { Celsius = Outside.Number(owner, name, value, -40, 85) }; return true;
            case "pressure": _air = _air with { Pascal = 100 * Outside.Number(owner, name, value, 300, 1100) }; return true;
            case "humidity": _air = _air with { HumidityPercent = Outside.Number(owner, name, value, 0, 100) }; return true;
            default: return false;
        }
    }

    private byte this[Reg register]
    {
        get => _registers[(byte)register];
        set => _registers[(byte)register] = value;
    }

    private Mode CurrentMode => (this[Reg.ControlMeasurement] & 3) switch
    {
        0 => Mode.Sleep,
        3 => Mode.Normal,
        _ => Mode.Forced, // 01 and 10 alike
    };

    private void WriteRegister(Reg register, byte value)
    {
        switch (register)
        {
            case Reg.Reset when value == ResetWord:
                Reset();
                break;
            case Reg.ControlHumidity:
                _controlHumidity = (byte)(value & 7);
                break;
            case Reg.ControlMeasurement:
                this[Reg.ControlHumidity] = _controlHumidity;
                this[Reg.ControlMeasurement] = value;
                StartCycle(_time.NowNs());
                break;
            case Reg.Config:
                this[Reg.Config] = (byte)(value & ~2); // bit 1 is reserved
                break;
            default: // the others are read-only
                break;
        }
    }

    private void Reset()
    {
        _registers.AsSpan().Clear();
        Bme280Calibration.WriteTo(_registers);
        this[Reg.Id] = ChipId;
        PutRaw(Reg.Temperature, SkippedRaw20);
        PutRaw(Reg.Pressure, SkippedRaw20);
        BinaryPrimitives.WriteUInt16BigEndian(_registers.AsSpan((int)Reg.Humidity), SkippedRaw16);
        (_controlHumidity, _pointer, _hasFiltered, _hasCycleMeasured) = (0, 0, false, false);
    }

    private void StartCycle(long nowNs)
    {
        (_cycleStart, _hasCycleMeasured) = (nowNs, false);
        this[Reg.Status] = CurrentMode == Mode.Sleep ? (byte)0 : StatusMeasuring;
    }

    // Brings the model up to now: a measurement that has had its time is done, a normal-mode cycle begins anew.
    private void Advance()
    {
        if (CurrentMode == Mode.Sleep) return;
        var now = _time.NowNs();
        var cycleNs = MeasurementNs + StandbyNs;
        if (CurrentMode == Mode.Normal && now - _cycleStart >= cycleNs)
        {
            if (!_hasCycleMeasured) Latch();
            StartCycle(now - ((now - _cycleStart) % cycleNs));
        }
        if (now - _cycleStart < MeasurementNs) return;
        if (!_hasCycleMeasured) Latch();
        this[Reg.Status] = 0;
        if (CurrentMode == Mode.Forced) this[Reg.ControlMeasurement] &= 0xFC; // back to sleep by itself
    }

    private void Latch()
    {
        var (temperature, pressure, humidity) = Bme280Calibration.Measure(_air);
        PutFiltered(Reg.Temperature, TemperatureOversampling, temperature);
        PutFiltered(Reg.Pressure, PressureOversampling, pressure);
        BinaryPrimitives.WriteUInt16BigEndian(_registers.AsSpan((int)Reg.Humidity), (ushort)(HumidityOversampling == 0 ? SkippedRaw16 : humidity));
        (_hasCycleMeasured, _hasFiltered) = (true, true);
        _measurements++;
    }

    // Section 3.4.4: the infinite impulse response filter of temperature and pressure.
    private void PutFiltered(Reg register, int oversampling, int raw)
    {
        var before = GetRaw(register);
        var coefficient = FilterCoefficient;
        var filtered = _hasFiltered && before != SkippedRaw20 ? ((before * (coefficient - 1)) + raw) / coefficient : raw;
        PutRaw(register, oversampling == 0 ? SkippedRaw20 : filtered);
    }

    private int GetRaw(Reg register) =>
        (_registers[(int)register] << 12) | (_registers[(int)register + 1] << 4) | (_registers[(int)register + 2] >> 4);

    private void PutRaw(Reg register, int raw)
    {
        _registers[(int)register] = (byte)(raw >> 12);
        _registers[(int)register + 1] = (byte)(raw >> 4);
        _registers[(int)register + 2] = (byte)(raw << 4);
    }

    private int TemperatureOversampling => Oversampling(this[Reg.ControlMeasurement] >> 5);

    private int PressureOversampling => Oversampling((this[Reg.ControlMeasurement] >> 2) & 7);

    private int HumidityOversampling => Oversampling(this[Reg.ControlHumidity] & 7);

    private static int Oversampling(int field) => field == 0 ? 0 : 1 << (Math.Min(field, 5) - 1);

    private int FilterCoefficient => 1 << Math.Min((this[Reg.Config] >> 2) & 7, 4);

    // Section 9.1: 1 ms, and 2 ms a sample; pressure and humidity half a millisecond more each.
    private long MeasurementNs => 1_000_000
        + (TemperatureOversampling * 2_000_000L)
        + (PressureOversampling == 0 ? 0 : (PressureOversampling * 2_000_000L) + 500_000)
        + (HumidityOversampling == 0 ? 0 : (HumidityOversampling * 2_000_000L) + 500_000);

    // Table 27, t_sb.
    private long StandbyNs => (this[Reg.Config] >> 5) switch
    {
        0 => 500_000,
        1 => 62_500_000,
        2 => 125_000_000,
        3 => 250_000_000,
        4 => 500_000_000,
        5 => 1_000_000_000,
        6 => 10_000_000,
        _ => 20_000_000,
    };
}
