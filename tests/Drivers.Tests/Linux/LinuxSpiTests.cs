// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>The contract on a model of spidev; on the kernel itself it is held by <see cref="BoardTests"/>.</summary>
public sealed class LinuxSpiTests : SpiContract, IDisposable
{
    private readonly FakeRoot _root = new();
    private readonly FakeKernel _kernel = new();
    private readonly FakeDriverContext _context = new();
    private readonly FakeSpi _spi = new();

    public LinuxSpiTests() => _kernel.Devices["/dev/spidev0.1"] = _spi;

    public void Dispose()
    {
        _context.Dispose();
        _root.Dispose();
    }

    protected override ISpiDevice OpenLoopback() => Open();

    [Fact]
    public void Mode_clock_and_word_reach_the_kernel() // a word of 0 bits is the kernel's usual one, of 8
    {
        using var device = Open(("maximumHz", "2000000"), ("selectHigh", "true"));
        var data = new byte[4];

        device.Transfer(data, new SpiSettings(ClockPolarity: true, ClockPhase: true, BitsPerWord: 16, ClockHz: 9_000_000), keepSelected: false);
        device.Transfer(data, new SpiSettings(LeastSignificantBitFirst: true, ClockHz: 1_000_000), keepSelected: false);
        device.Transfer(data, new SpiSettings(), keepSelected: false);

        Assert.Equal(["mode 7: 4@2000000x16", "mode 12: 4@1000000x8", "mode 4: 4@2000000x0"], _spi.Log);
    }

    [Fact]
    public void What_is_kept_selected_is_let_go_of_by_an_empty_transfer()
    {
        using var device = Open();

        device.Transfer(new byte[2], new SpiSettings(), keepSelected: true);
        device.Deselect();

        Assert.Equal(["mode 0: 2@0x0+", "mode 0: 0@0x0"], _spi.Log);
    }

    [Fact]
    public void More_than_a_message_holds_goes_in_several_without_letting_go_of_the_chip()
    {
        using var device = Open();
        var data = Enumerable.Range(0, 10_000).Select(i => (byte)i).ToArray();
        var sent = data.ToArray();

        Assert.Equal(BusStatus.Ok, device.Transfer(data, new SpiSettings(), keepSelected: false));

        Assert.Equal(sent, data);
        Assert.Equal(["mode 0: 4096@0x0+", "mode 0: 4096@0x0+", "mode 0: 1808@0x0"], _spi.Log);
    }

    [Fact]
    public void The_limit_is_the_one_that_the_module_was_loaded_with()
    {
        _root.With("/sys/module/spidev/parameters/bufsiz", "1000\n");
        using var device = Open();

        device.Transfer(new byte[1004], new SpiSettings(), keepSelected: false);

        Assert.Equal(["mode 0: 1000@0x0+", "mode 0: 4@0x0"], _spi.Log);
    }

    [Fact]
    public void Several_transfers_are_one_message()
    {
        using var device = Open();
        byte[] command = [0x9F], answer = new byte[3];

        var status = ((ISpiBatch)device).Transfer([new SpiPart(command, new SpiSettings(ClockHz: 1_000_000)), new SpiPart(answer, new SpiSettings(ClockHz: 8_000_000))]);

        Assert.Equal(BusStatus.Ok, status);
        Assert.Equal(["mode 0: 1@1000000x8 3@8000000x8"], _spi.Log);
        Assert.Equal(BusStatus.Unsupported, ((ISpiBatch)device).Transfer([new SpiPart(new byte[4000], default), new SpiPart(new byte[97], default)]));
    }

    [Theory]
    [InlineData(Errno.Invalid, BusStatus.Unsupported)]
    [InlineData(Errno.TimedOut, BusStatus.TimedOut)]
    [InlineData(Errno.NoDevice, BusStatus.Unavailable)]
    [InlineData(Errno.InputOutput, BusStatus.Failed)]
    public void The_kernels_error_decides_the_status(int error, BusStatus status)
    {
        using var device = Open();
        _spi.Failure = error;

        Assert.Equal(status, device.Transfer(new byte[1], new SpiSettings(), keepSelected: false));
        Assert.Single(_context.Reports);
    }

    [Fact]
    public void A_device_that_is_not_there_is_told()
    {
        var refusal = Assert.Throws<PeripheralException>(() => Open(("chipSelect", "0")));
        Assert.Equal("peripheral flash: /dev/spidev0.0: No such file or directory; see what there is with: ehv board scan", refusal.Message);
    }

    private ISpiDevice Open(params (string Name, string Value)[] options)
    {
        (string, string)[] place = options.Any(option => option.Name == "chipSelect") ? [] : [("chipSelect", "1")];
        return (ISpiDevice)new LinuxSpiPlugin().Create(_context, _kernel).Open(Options.For("flash", [("root", _root.Path), .. place, .. options]));
    }
}
