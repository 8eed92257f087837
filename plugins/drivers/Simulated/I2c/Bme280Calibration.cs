// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>
/// The trimming values of one sensor, and what they make of raw measurements.
/// </summary>
/// <remarks>
/// Bosch BST-BME280-DS002, section 4.2.2 (register layout, table 16) and section 8.1 (compensation in floating point).
/// The values are those of a typical part.
/// </remarks>
internal static class Bme280Calibration
{
    private const int RawBits20 = (1 << 20) - 1;
    private const int RawBits16 = (1 << 16) - 1;

    private const ushort T1 = 27504;
    private const short T2 = 26435;
    private const short T3 = -1000;
    private const ushort P1 = 36477;
    private const short H2 = 362;
    private const byte H1 = 75;
    private const byte H3 = 0;
    private const short H4 = 325;
    private const short H5 = 50;
    private const sbyte H6 = 30;

    // P2 to P9.
    private static ReadOnlySpan<short> Pressure => [-10685, 3024, 2855, 140, -7, 15500, -14600, 6000];

    /// <summary>Puts the values where a driver reads them: calib00 at 0x88, calib26 at 0xE1.</summary>
    public static void WriteTo(Span<byte> registers)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(registers[0x88..], T1);
        BinaryPrimitives.WriteInt16LittleEndian(registers[0x8A..], T2);
        BinaryPrimitives.WriteInt16LittleEndian(registers[0x8C..], T3);
        BinaryPrimitives.WriteUInt16LittleEndian(registers[0x8E..], P1);
        for (var i = 0; i < Pressure.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(registers[(0x90 + (2 * i))..], Pressure[i]);
        registers[0xA1] = H1;
        BinaryPrimitives.WriteInt16LittleEndian(registers[0xE1..], H2);
        registers[0xE3] = H3;
        registers[0xE4] = (byte)(H4 >> 4);
        registers[0xE5] = (byte)((H4 & 0xF) | ((H5 & 0xF) << 4)); // the two 12-bit values share a register
        registers[0xE6] = (byte)(H5 >> 4);
        registers[0xE7] = (byte)H6;
    }

    /// <summary>The raw values that a driver's compensation turns back into this air.</summary>
    public static (int Temperature, int Pressure, int Humidity) Measure(Air air)
    {
        var temperature = Search(RawBits20, raw => FineTemperature(raw) / 5120 >= air.Celsius);
        var fine = FineTemperature(temperature);
        var pressure = Search(RawBits20, raw => ToPascal(raw, fine) <= air.Pascal); // falls as the raw value rises
        var humidity = Search(RawBits16, raw => ToHumidityPercent(raw, fine) >= air.HumidityPercent);
        return (temperature, pressure, humidity);
    }

    /// <summary>The temperature in 1/5120 °C, which the other two need.</summary>
    public static double FineTemperature(int raw)
    {
        var coarse = ((raw / 16384.0) - (T1 / 1024.0)) * T2;
        var offset = (raw / 131072.0) - (T1 / 8192.0);
        return coarse + (offset * offset * T3);
    }

    public static double ToPascal(int raw, double fineTemperature)
    {
        var (p2, p3, p4, p5, p6, p7, p8, p9) =
            (Pressure[0], Pressure[1], Pressure[2], Pressure[3], Pressure[4], Pressure[5], Pressure[6], Pressure[7]);
        var t = (fineTemperature / 2) - 64000;
        var offset = ((((t * t * p6 / 32768) + (t * p5 * 2)) / 4) + (p4 * 65536.0));
        var slope = (1 + (((p3 * t * t / 524288) + (p2 * t)) / 524288 / 32768)) * P1;
        var pascal = (1048576.0 - raw - (offset / 4096)) * 6250 / slope;
        return pascal + (((p9 * pascal * pascal / 2147483648) + (pascal * p8 / 32768) + p7) / 16);
    }

    public static double ToHumidityPercent(int raw, double fineTemperature)
    {
        var t = fineTemperature - 76800;
        var linear = (raw - ((H4 * 64.0) + (H5 / 16384.0 * t)))
            * (H2 / 65536.0 * (1 + (H6 / 67108864.0 * t * (1 + (H3 / 67108864.0 * t)))));
        return linear * (1 - (H1 * linear / 524288));
    }

    // The smallest raw value for which the condition holds; all conditions are false below and true above some value.
    private static int Search(int highest, Func<int, bool> holds)
    {
        var (low, high) = (0, highest);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (holds(middle)) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
