// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>A chip with registers on a bus of the board, and an address where nobody is.</summary>
internal sealed class BoardI2cRig : II2cRig
{
    private readonly FakeDriverContext _context = new();

    public BoardI2cRig(Func<FakeDriverContext, string, II2cTarget> open)
    {
        var place = BoardPlace.Of(BoardPlace.I2c);
        (Target, Absent) = (open(_context, place["address"]), open(_context, place["absent"]));
    }

    public II2cTarget Target { get; }

    public II2cTarget Absent { get; }

    public void Settle()
    {
    }

    public void Dispose()
    {
        Target.Dispose();
        Absent.Dispose();
        _context.Dispose();
    }
}
