// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>A GPIO chip as the kernel's gpio-cdev shows it, whose lines have an outside.</summary>
internal sealed unsafe class FakeGpioChip(string name, string label, int lines) : IFakeFile
{
    public FakePin[] Pins { get; } = [.. Enumerable.Range(0, lines).Select(offset => new FakePin(offset))];

    public int Ioctl(FakeKernel kernel, uint request, void* argument) => request switch
    {
        GpioUapi.GetChipInfo => GetInfo((GpioUapi.ChipInfo*)argument),
        GpioUapi.GetLineInfo => GetLineInfo((GpioUapi.LineInfo*)argument),
        GpioUapi.GetLine => GetLine(kernel, (GpioUapi.LineRequest*)argument),
        _ => -Errno.Invalid,
    };

    private int GetInfo(GpioUapi.ChipInfo* info)
    {
        Encoding.UTF8.GetBytes(name, info->Name);
        Encoding.UTF8.GetBytes(label, info->Label);
        info->Lines = (uint)Pins.Length;
        return 0;
    }

    private int GetLineInfo(GpioUapi.LineInfo* info)
    {
        if (info->Offset >= Pins.Length) return -Errno.Invalid;
        var pin = Pins[info->Offset];
        Encoding.UTF8.GetBytes(pin.Name, info->Name);
        Encoding.UTF8.GetBytes(pin.Consumer ?? "", info->Consumer);
        info->Flags = pin.Flags | (pin.Consumer is null ? 0 : GpioUapi.Flags.Used);
        return 0;
    }

    private int GetLine(FakeKernel kernel, GpioUapi.LineRequest* request)
    {
        var pins = new FakePin[request->LineCount];
        for (var i = 0; i < pins.Length; i++)
        {
            if (request->Offsets[i] >= Pins.Length) return -Errno.Invalid;
            pins[i] = Pins[request->Offsets[i]];
            if (pins[i].Consumer is not null) return -Errno.Busy;
        }
        foreach (var pin in pins) pin.Consumer = GpioChip.TextOf(request->Consumer);
        var held = new FakeHeldLines(pins);
        request->Descriptor = kernel.Add(held.ReadEnd, held);
        return 0;
    }
}
