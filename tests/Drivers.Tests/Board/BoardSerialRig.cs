// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>A serial port of the board that is wired to another one of it; the other one is opened by the same driver.</summary>
internal sealed class BoardSerialRig : ISerialRig
{
    private readonly FakeDriverContext _context = new();

    public BoardSerialRig()
    {
        var place = BoardPlace.Of(BoardPlace.Serial);
        var driver = new LinuxSerialPlugin().Create(_context);
        Port = (ISerialPort)driver.Open(Options.Of(place.Options("path")));
        OtherEnd = new SerialStream((ISerialPort)driver.Open(Options.For("peer", ("path", place["peer"]))));
    }

    public ISerialPort Port { get; }

    public Stream OtherEnd { get; }

    public void Dispose()
    {
        Port.Dispose();
        OtherEnd.Dispose();
        _context.Dispose();
    }
}
