// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>
/// The registers of a BME280 with the calibration and raw values of the worked example in Bosch's BMP280 data sheet
/// (BST-BMP280-DS001, section 3.12), which has 25.08 degrees and 100653 Pa as its results.
/// </summary>
internal sealed class FakeBme280 : II2cPort
{
    public const int ExampleTemperature = 519888;
    private const int ExamplePressure = 415148, Humidity = 30000;
    private const ushort Address = 0x76;
    private const byte ControlMeasure = 0xF4, ForcedMode = 0x01;
    private readonly byte[] _registers = new byte[256];
    private byte _selected;

    public FakeBme280()
    {
        _registers[0xD0] = 0x60;
        short[] temperatureAndPressure = [27504, 26435, -1000, unchecked((short)36477), -10685, 3024, 2855, 140, -7, 15500, -14600, 6000];
        for (var i = 0; i < temperatureAndPressure.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(_registers.AsSpan(0x88 + 2 * i), temperatureAndPressure[i]);
        byte[] humidity = [0x6A, 0x01, 0x00, 0x13, 0x29, 0x03, 0x1E]; // H2 = 362, H3 = 0, H4 = 313, H5 = 50, H6 = 30
        _registers[0xA1] = 75;
        humidity.CopyTo(_registers, 0xE1);
    }

    /// <summary>Gives the raw temperature of each measurement; called with its number, from 1, on the VM's turn.</summary>
    public Func<int, int> Measure { get; set; } = _ => ExampleTemperature;

    private int _measurements;

    public void Transfer(IReadOnlyList<I2cMessage> messages, Action<BusStatus> completed)
    {
        foreach (var message in messages)
        {
            if (message.Address != Address)
            {
                completed(BusStatus.NoAcknowledge);
                return;
            }
            if (message.IsRead) Read(message.Data.Span);
            else Write(message.Data.Span);
        }
        completed(BusStatus.Ok);
    }

    private void Read(Span<byte> data)
    {
        foreach (ref var value in data) value = _registers[_selected++];
    }

    private void Write(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return;
        _selected = data[0];
        if (data.Length < 2) return;
        _registers[data[0]] = data[1];
        if (data[0] == ControlMeasure && (data[1] & ForcedMode) != 0) TakeMeasurement();
    }

    private void TakeMeasurement()
    {
        Put20Bits(0xF7, ExamplePressure);
        Put20Bits(0xFA, Measure(++_measurements));
        BinaryPrimitives.WriteUInt16BigEndian(_registers.AsSpan(0xFD), Humidity);
    }

    private void Put20Bits(int register, int value)
    {
        _registers[register] = (byte)(value >> 12);
        _registers[register + 1] = (byte)(value >> 4);
        _registers[register + 2] = (byte)(value << 4);
    }
}
