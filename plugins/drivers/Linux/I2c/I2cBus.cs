// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>A bus's device file, open, and memory for one transaction at a time.</summary>
internal sealed unsafe class I2cBus : IDisposable
{
    private readonly LinuxHost _host;
    private readonly string _path;
    private readonly IDriverContext _context;
    private readonly int _fd;
    private readonly Lock _lock = new();
    private readonly HashSet<ushort> _claimed = [];
    private byte* _buffer;
    private nuint _bufferBytes;

    public I2cBus(LinuxHost host, string owner, string path, IDriverContext context)
    {
        (_host, _path, _context) = (host, path, context);
        _fd = host.Open(owner, path, OpenFlags.ReadWrite);
        nuint functions = 0;
        // SAFETY: the kernel writes an unsigned long.
        var result = host.Kernel.Ioctl(_fd, I2cUapi.GetFunctions, &functions);
        if (result < 0)
        {
            host.Kernel.Close(_fd);
            throw new PeripheralException($"{owner}: {path} is no I2C bus: {Errno.Message(result)}");
        }
        Functions = (I2cUapi.Functions)(ulong)functions;
    }

    ~I2cBus() => NativeMemory.Free(_buffer);

    /// <summary>What its adapter can do.</summary>
    public I2cUapi.Functions Functions { get; }

    /// <summary>The kernel's driver that has an address, for people; null where none has. The kernel names a device of a bus <c>1-0076</c>.</summary>
    public static string? KernelUser(LinuxHost host, LinuxI2cSettings settings)
    {
        var device = $"/sys/bus/i2c/devices/{settings.Bus}-{settings.Address + (settings.IsTenBit ? 0xA000 : 0):x4}";
        return host.LinkName($"{device}/driver") is { } driver
            ? $"the kernel's driver '{driver}' for '{host.Read($"{device}/name") ?? "?"}'; unbind it or take it out of the device tree"
            : null;
    }

    /// <summary>Takes an address that neither the kernel nor another peripheral of ours has.</summary>
    /// <exception cref="PeripheralException">It is taken, or the adapter cannot address it.</exception>
    public void Claim(LinuxI2cSettings settings)
    {
        lock (_lock)
        {
            var where = $"{settings.Owner}: address 0x{settings.Address:x2} of {_path}";
            if (settings.IsTenBit && (Functions & I2cUapi.Functions.TenBitAddress) == 0)
                throw new PeripheralException($"{where}: the adapter cannot do 10-bit addresses");
            Call(I2cUapi.SetTenBit, settings.IsTenBit ? 1 : 0);
            if (Call(I2cUapi.SetTarget, settings.Address) is < 0 and var refusal)
                throw new PeripheralException($"{where}: {(refusal == -Errno.Busy ? $"in use by {KernelUser(_host, settings) ?? "the kernel"}" : Errno.Message(refusal))}");
            if (settings.TimeoutMs > 0) Call(I2cUapi.SetTimeout, (settings.TimeoutMs + 9) / 10);
            if (!_claimed.Add(Key(settings))) throw new PeripheralException($"{where}: in use by another peripheral of this board");
        }
    }

    public void Return(LinuxI2cSettings settings)
    {
        lock (_lock) _claimed.Remove(Key(settings));
    }

    /// <summary>One transaction in one call: repeated starts between the messages, a stop at the end.</summary>
    public BusStatus Transfer(LinuxI2cSettings target, ReadOnlySpan<I2cMessage> messages)
    {
        if (messages.Length > I2cUapi.MostMessages) return BusStatus.Unsupported;
        nuint total = 0;
        foreach (ref readonly var message in messages)
        {
            if (message.Data.Length > I2cUapi.LongestMessageBytes) return BusStatus.Unsupported;
            total += (nuint)message.Data.Length;
        }
        lock (_lock)
        {
            Reserve(total);
            var parts = stackalloc I2cUapi.Message[messages.Length];
            CopyOut(target, messages, parts);
            var transaction = new I2cUapi.Transaction { Messages = parts, Count = (uint)messages.Length };
            // SAFETY: the messages lie on this stack, their data in a buffer with room for all of it; the kernel writes no more than each length.
            var result = _host.Kernel.Ioctl(_fd, I2cUapi.Transfer, &transaction);
            if (result < 0) return Failed(target, result);
            CopyIn(messages, parts);
            return BusStatus.Ok;
        }
    }

    /// <summary>One SMBus call, for an adapter that has no more; <paramref name="data"/> is read or written, as long as the kind says.</summary>
    public BusStatus Smbus(LinuxI2cSettings target, bool isRead, byte command, I2cUapi.SmbusKind kind, Span<byte> data)
    {
        lock (_lock)
        {
            Call(I2cUapi.SetTenBit, target.IsTenBit ? 1 : 0);
            var result = Call(I2cUapi.SetTarget, target.Address);
            // SAFETY: the kernel's union has 34 bytes, as has every span that comes here; pinned for the call.
            fixed (byte* start = data)
            {
                var call = new I2cUapi.Smbus { IsRead = isRead ? (byte)1 : (byte)0, Command = command, Kind = kind, Data = start };
                if (result >= 0) result = _host.Kernel.Ioctl(_fd, I2cUapi.SmbusCall, &call);
            }
            return result < 0 ? Failed(target, result) : BusStatus.Ok;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _host.Kernel.Close(_fd);
            NativeMemory.Free(_buffer);
            _buffer = null;
            GC.SuppressFinalize(this);
        }
    }

    private void Reserve(nuint bytes)
    {
        if (bytes <= _bufferBytes) return;
        _buffer = (byte*)NativeMemory.Realloc(_buffer, bytes);
        _bufferBytes = bytes;
    }

    // SAFETY: here and in CopyIn: the buffer has room for the data of all messages together, one after the other.
    private void CopyOut(LinuxI2cSettings target, ReadOnlySpan<I2cMessage> messages, I2cUapi.Message* parts)
    {
        var at = _buffer;
        for (var i = 0; i < messages.Length; i++)
        {
            var data = messages[i].Data.Span;
            if (!messages[i].IsRead) data.CopyTo(new Span<byte>(at, data.Length));
            parts[i] = new I2cUapi.Message
            {
                Address = target.Address,
                Flags = (ushort)((messages[i].IsRead ? I2cUapi.MessageRead : 0) | (target.IsTenBit ? I2cUapi.MessageTenBit : 0)),
                Length = (ushort)data.Length,
                Data = at,
            };
            at += data.Length;
        }
    }

    private static void CopyIn(ReadOnlySpan<I2cMessage> messages, I2cUapi.Message* parts)
    {
        for (var i = 0; i < messages.Length; i++)
        {
            if (messages[i].IsRead) new ReadOnlySpan<byte>(parts[i].Data, parts[i].Length).CopyTo(messages[i].Data.Span);
        }
    }

    private BusStatus Failed(LinuxI2cSettings target, int result)
    {
        var status = I2cFault.StatusOf(-result);
        if (status is BusStatus.Failed or BusStatus.Unavailable or BusStatus.TimedOut)
            _context.Report($"{target.Owner}: a transaction on {_path} failed: {Errno.Message(result)}");
        return status;
    }

    private int Call(uint request, int argument) => _host.Kernel.Ioctl(_fd, request, (void*)argument);

    private static ushort Key(LinuxI2cSettings settings) => (ushort)(settings.Address | (settings.IsTenBit ? 0x8000 : 0));
}
