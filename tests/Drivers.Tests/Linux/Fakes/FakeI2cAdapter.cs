// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>An I2C adapter as i2c-dev shows it, with targets behind it.</summary>
internal sealed unsafe class FakeI2cAdapter(I2cUapi.Functions functions) : IFakeFile
{
    private bool _isTenBit;
    private ushort _selected;

    /// <summary>What is on the bus, by address.</summary>
    public Dictionary<ushort, II2cTarget> Targets { get; } = [];

    /// <summary>Addresses that a driver of the kernel has.</summary>
    public HashSet<ushort> KernelsOwn { get; } = [];

    /// <summary>What the next transaction fails with; 0 for nothing.</summary>
    public int Failure { get; set; }

    /// <summary>What went over the bus: <c>w 0x20 10 de</c>, and SMBus calls by their kind.</summary>
    public List<string> Log { get; } = [];

    public int TimeoutUnits { get; private set; }

    public int Ioctl(FakeKernel kernel, uint request, void* argument)
    {
        switch (request)
        {
            case I2cUapi.GetFunctions:
                *(nuint*)argument = (nuint)(ulong)functions;
                return 0;
            case I2cUapi.SetTenBit:
                _isTenBit = (nint)argument != 0;
                return 0;
            case I2cUapi.SetTimeout:
                TimeoutUnits = (int)(nint)argument;
                return 0;
            case I2cUapi.SetTarget:
                _selected = (ushort)(nint)argument;
                return (nint)argument > (_isTenBit ? 0x3FF : 0x7F) ? -Errno.Invalid : KernelsOwn.Contains(_selected) ? -Errno.Busy : 0;
            case I2cUapi.Transfer when (functions & I2cUapi.Functions.PlainI2c) != 0:
                return Transfer((I2cUapi.Transaction*)argument);
            case I2cUapi.SmbusCall:
                return Smbus((I2cUapi.Smbus*)argument);
            default:
                return -Errno.NotSupported;
        }
    }

    private int Transfer(I2cUapi.Transaction* transaction)
    {
        if (Failure != 0) return -Failure;
        var messages = new I2cMessage[transaction->Count];
        for (var i = 0; i < messages.Length; i++)
        {
            var part = transaction->Messages[i];
            messages[i] = new I2cMessage(part.Address, (part.Flags & I2cUapi.MessageRead) != 0, new Span<byte>(part.Data, part.Length).ToArray());
            Log.Add($"{(messages[i].IsRead ? 'r' : 'w')}{((part.Flags & I2cUapi.MessageTenBit) != 0 ? " ten" : "")} 0x{part.Address:x2} {part.Length}");
        }
        if (!Targets.TryGetValue(messages[0].Address, out var target) || target.Transfer(messages) != BusStatus.Ok) return -Errno.NoSuchDeviceOrAddress;
        for (var i = 0; i < messages.Length; i++) messages[i].Data.Span.CopyTo(new Span<byte>(transaction->Messages[i].Data, messages[i].Data.Length));
        return messages.Length;
    }

    // What i2c_smbus_xfer_emulated of drivers/i2c/i2c-core-smbus.c does with a call.
    private int Smbus(I2cUapi.Smbus* call)
    {
        Log.Add($"{(call->IsRead != 0 ? "read" : "write")} {call->Kind} 0x{call->Command:x2}");
        if (Failure != 0) return -Failure;
        if (!Targets.TryGetValue(_selected, out var target)) return -Errno.NoSuchDeviceOrAddress;
        var isBlock = call->Kind == I2cUapi.SmbusKind.BlockData;
        var length = call->Kind switch
        {
            I2cUapi.SmbusKind.Quick => 0,
            I2cUapi.SmbusKind.Byte => call->IsRead != 0 ? 1 : 0,
            I2cUapi.SmbusKind.ByteData => 1,
            I2cUapi.SmbusKind.WordData => 2,
            _ => call->Data[0],
        };
        var data = new Span<byte>(call->Data + (isBlock ? 1 : 0), length);
        var hasCommand = call->Kind >= I2cUapi.SmbusKind.ByteData || (call->Kind == I2cUapi.SmbusKind.Byte && call->IsRead == 0);
        byte[] command = hasCommand ? [call->Command] : [];
        if (call->IsRead == 0) return Status(target.Transfer([new I2cMessage(0, false, (byte[])[.. command, .. data])]));
        var read = new byte[length];
        var result = hasCommand ? target.Transfer([new I2cMessage(0, false, command), new I2cMessage(0, true, read)]) : target.Transfer([new I2cMessage(0, true, read)]);
        read.CopyTo(data);
        return Status(result);
    }

    private static int Status(BusStatus status) => status == BusStatus.Ok ? 0 : -Errno.NoSuchDeviceOrAddress;
}
