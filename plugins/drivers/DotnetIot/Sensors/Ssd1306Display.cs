// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using Iot.Device.Ssd13xx;
using Iot.Device.Ssd13xx.Commands.Ssd1306Commands;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>A display that shows the bytes it is sent. It sends none.</summary>
internal sealed class Ssd1306Display : ISerialPort
{
    public const int Columns = 128;
    public const int Rows = 32;
    private const int RowsOfAPage = 8;

    private readonly Ssd1306 _display;

    public Ssd1306Display(Ssd1306 display)
    {
        _display = display;
        GoToTopLeft();
    }

    public void Write(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return;
        // Horizontal addressing: the display's own pointer goes on, and wraps at the end of the window.
        _display.SendData(data.ToArray());
    }

    public void OnReceive(SerialReceiver handler)
    {
    }

    public void Dispose() => _display.Dispose();

    // SSD1306 data sheet, sections 10.1.4 and 10.1.5: setting the window also sets the pointer to its beginning.
    private void GoToTopLeft()
    {
        _display.SendCommand(new SetColumnAddress(0, Columns - 1));
        _display.SendCommand(new SetPageAddress(PageAddress.Page0, (PageAddress)((Rows / RowsOfAPage) - 1)));
    }
}
