// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.CortexM.Build;

namespace EdgeHypervisor.Cores.CortexM;

/// <content>32-bit branches and system instructions. Arm A5.3.4.</content>
internal static partial class EncodingTable
{
    private static IEnumerable<Encoding> WideSystem() =>
    [
        Row(Level.V6, "1111 0 011100 x nnnn 10x0 mm xx ssssssss", f => Of(Op.Msr, n: f['n'], imm: f['s'] | f['m'] << 8)),
        Row(Level.V6, "1111 0 011111 x xxxx 10x0 dddd ssssssss", f => Of(Op.Mrs, f['d'], imm: f['s'])),
        Row(Level.V7, "1111 0 011101 0 xxxx 10x0 x000 hhhhhhhh", f => Hint(f['h'])),
        Row(Level.V7, "1111 0 011101 1 xxxx 10x0 xxxx 0010 xxxx", f => Of(Op.Clrex)),
        Row(Level.V6, "1111 0 011101 1 xxxx 10x0 xxxx 010x xxxx", f => Of(Op.Barrier)),
        Row(Level.V6, "1111 0 011101 1 xxxx 10x0 xxxx 0110 xxxx", f => Of(Op.SynchronizeCode)),
        Row(Level.V6, "1111 0 111111 1 xxxx 1010 xxxxxxxxxxxx", f => Undefined()),
        Row(Level.V7, "1111 0 S 111x xx xxxx 10 x 0 xxxxxxxxxxxx", f => Undefined()),
        Row(Level.V7, "1111 0 S cccc iiiiii 10 j 0 k iiiiiiiiiii", f =>
            Of(Op.Beq + (int)f['c'], imm: Signed(f['S'] << 20 | f['k'] << 19 | f['j'] << 18 | f['i'] << 1, 21))),
        Row(Level.V7, "1111 0 S iiiiiiiiii 10 j 1 k iiiiiiiiiii", f => Of(Op.B, imm: FarOffset(f))),
        Row(Level.V6, "1111 0 S iiiiiiiiii 11 j 1 k iiiiiiiiiii", f => Of(Op.Bl, imm: FarOffset(f))),
    ];

    // I1 and I2 are J1 and J2 turned where the sign is clear. Arm A7.7.12.
    private static uint FarOffset(Encoding.Fields f)
    {
        var (s, i1, i2) = (f['S'], ~(f['j'] ^ f['S']) & 1, ~(f['k'] ^ f['S']) & 1);
        return Signed(s << 24 | i1 << 23 | i2 << 22 | f['i'] << 1, 25);
    }
}
