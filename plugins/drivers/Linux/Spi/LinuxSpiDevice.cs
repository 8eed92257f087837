// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>A device behind a chip select, through its <c>/dev/spidevB.C</c>.</summary>
/// <remarks>
/// spidev takes a limited number of bytes in one message (its parameter <c>bufsiz</c>, 4,096 unless set). A longer transfer is
/// several messages with the chip kept selected between; whether it is, the controller's driver decides.
/// </remarks>
internal sealed unsafe class LinuxSpiDevice : ISpiDevice, ISpiBatch
{
    private const string LimitPath = "/sys/module/spidev/parameters/bufsiz";
    private const int UsualLimitBytes = 4096;

    private readonly LinuxSpiSettings _settings;
    private readonly IKernel _kernel;
    private readonly IDriverContext _context;
    private readonly int _fd;
    private readonly int _limitBytes;
    private uint? _mode;
    private bool _isSelected;
    private bool _isClosed;

    public LinuxSpiDevice(LinuxSpiSettings settings, LinuxHost host, IDriverContext context)
    {
        (_settings, _kernel, _context) = (settings, host.Kernel, context);
        _limitBytes = int.TryParse(host.Read(LimitPath), CultureInfo.InvariantCulture, out var limit) && limit >= sizeof(uint) ? limit & ~3 : UsualLimitBytes;
        _fd = host.Open(settings.Owner, $"/dev/spidev{settings.Bus}.{settings.ChipSelect}", OpenFlags.ReadWrite);
    }

    public BusStatus Transfer(Span<byte> data, SpiSettings settings, bool keepSelected)
    {
        if (UseMode(settings) is not BusStatus.Ok and var refusal) return refusal;
        // SAFETY: what the kernel reads and writes is pinned until all parts of it are through.
        fixed (byte* start = data)
        {
            var at = start;
            var rest = data.Length;
            do
            {
                var length = Math.Min(rest, _limitBytes);
                rest -= length;
                var transfer = TransferOf(at, length, settings);
                transfer.ChangeSelect = rest > 0 || keepSelected ? (byte)1 : (byte)0;
                if (Send(&transfer, 1) is not BusStatus.Ok and var failure) return failure;
                at += length;
            }
            while (rest > 0);
        }
        _isSelected = keepSelected;
        return BusStatus.Ok;
    }

    public BusStatus Transfer(ReadOnlySpan<SpiPart> parts)
    {
        if (parts.IsEmpty) return BusStatus.Ok;
        var total = 0L;
        foreach (ref readonly var part in parts) total += part.Data.Length;
        if (parts.Length > SpiUapi.MostTransfers || total > _limitBytes) return BusStatus.Unsupported;
        if (UseMode(parts[0].Settings) is not BusStatus.Ok and var refusal) return refusal;
        var pins = new MemoryHandle[parts.Length];
        try
        {
            var transfers = stackalloc SpiUapi.Transfer[parts.Length];
            for (var i = 0; i < parts.Length; i++)
            {
                pins[i] = parts[i].Data.Pin();
                // SAFETY: pinned until the message is through.
                transfers[i] = TransferOf((byte*)pins[i].Pointer, parts[i].Data.Length, parts[i].Settings);
            }
            _isSelected = false;
            return Send(transfers, parts.Length);
        }
        finally
        {
            foreach (var pin in pins) pin.Dispose();
        }
    }

    /// <summary>A transfer of nothing ends what was kept selected.</summary>
    public void Deselect()
    {
        if (!_isSelected) return;
        _isSelected = false;
        var nothing = default(SpiUapi.Transfer);
        Send(&nothing, 1);
    }

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        Deselect();
        _kernel.Close(_fd);
    }

    private SpiUapi.Transfer TransferOf(byte* data, int length, SpiSettings settings) => new()
    {
        Send = (ulong)data,
        Receive = (ulong)data,
        Length = (uint)length,
        SpeedHz = ClockOf(settings),
        BitsPerWord = settings.BitsPerWord,
    };

    // 0 is the kernel's word for the device's own limit.
    private uint ClockOf(SpiSettings settings) => (settings.ClockHz, _settings.MaximumHz) switch
    {
        (0, var limit) => limit,
        (var wanted, 0) => wanted,
        var (wanted, limit) => Math.Min(wanted, limit),
    };

    private BusStatus UseMode(SpiSettings settings)
    {
        var mode = _settings.Mode
            | (settings.ClockPhase ? SpiUapi.ClockPhase : 0)
            | (settings.ClockPolarity ? SpiUapi.ClockPolarity : 0)
            | (settings.LeastSignificantBitFirst ? SpiUapi.LeastSignificantFirst : 0);
        if (mode == _mode) return BusStatus.Ok;
        // SAFETY: the kernel reads 32 bits of this stack.
        var result = _kernel.Ioctl(_fd, SpiUapi.WriteMode, &mode);
        if (result < 0) return Failed(result);
        _mode = mode;
        return BusStatus.Ok;
    }

    private BusStatus Send(SpiUapi.Transfer* transfers, int count)
    {
        var result = _kernel.Ioctl(_fd, SpiUapi.Message(count), transfers);
        return result < 0 ? Failed(result) : BusStatus.Ok;
    }

    private BusStatus Failed(int result)
    {
        _context.Report($"{_settings.Owner}: a transfer on /dev/spidev{_settings.Bus}.{_settings.ChipSelect} failed: {Errno.Message(result)}");
        return -result switch
        {
            Errno.Invalid or Errno.MessageTooLong or Errno.NotSupported => BusStatus.Unsupported,
            Errno.TimedOut => BusStatus.TimedOut,
            Errno.NoDevice or Errno.ShutDown or Errno.BadFile => BusStatus.Unavailable,
            _ => BusStatus.Failed,
        };
    }
}
