// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

internal sealed partial class ProgramGenerator
{
    // Rights that change: a supervisor's page tables, or machine mode's accesses as those of another mode.
    private Piece OtherRights() => _mode switch
    {
        Privilege.Machine => ModifiedPrivilege(),
        Privilege.Supervisor when _settings.MayRemap => Remap(),
        _ => Accesses(),
    };

    // Another byte of flags in the entry of a page of data, and a fence for that page or for all: privileged specification, 4.2.1.
    private Piece Remap()
    {
        var page = ProgramPaging.Changeable[_random.Next(ProgramPaging.Changeable.Length)];
        var pointer = FreeRegister();
        var value = FreeRegister(pointer);
        var flags = _random.Next(2) == 0 ? _random.Next(256) : 0xC7 | _random.Next(4) << 3;
        var isForPage = _random.Next(2) == 0;
        return Piece.Of(code =>
        {
            code.LoadAddress(pointer, ProgramPaging.EntryAddress(page, code.Xlen));
            code.Add(Addi(value, 0, flags));
            code.Add(Sb(value, pointer, 0));
            if (isForPage) code.LoadAddress(pointer, page << 12);
            code.Add(0x1200_0073 | (isForPage ? (uint)pointer << 15 : 0)); // sfence.vma
        });
    }

    // mstatus.MPRV: loads and stores as MPP would make them, translated and protected. Privileged specification, 3.1.6.3.
    private Piece ModifiedPrivilege()
    {
        var value = FreeRegister();
        var rs1 = FreeRegister(value);
        var address = (long)_settings.VirtualStart(0);
        var target = DataAddress();
        _reserved.AddRange([value, rs1]);
        uint[] accesses = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Access(rs1, isAligned: true))];
        _reserved.RemoveRange(_reserved.Count - 2, 2);
        var isSupervisor = _random.Next(2) == 0;
        return Piece.Of(code =>
        {
            if (_settings.HasPaging) code.LoadConstant(rs1, code.Xlen == 32 ? (int)(address + target) : address + target);
            else code.LoadAddress(rs1, target);
            code.Add(Lui(value, (uint)(Status.Mpp >> 12) + 1));
            code.Add(Addi(value, value, -0x800)); // MPP
            code.Add(I(0x73, 3, 0, value, CsrAddress.Mstatus));
            if (isSupervisor)
            {
                code.Add(Lui(value, 1));
                code.Add(Addi(value, value, -0x800));
                code.Add(Csrrs(0, CsrAddress.Mstatus, value));
            }
            code.Add(Lui(value, (uint)(Status.Mprv >> 12)));
            code.Add(Csrrs(0, CsrAddress.Mstatus, value));
            foreach (var bits in accesses) code.Add(bits);
            code.Add(Lui(value, (uint)(Status.Mprv >> 12)));
            code.Add(I(0x73, 3, 0, value, CsrAddress.Mstatus));
        });
    }

    // By whatever is in a register. Not a store: it could be the address of code, and nothing fences that. Nor more bytes than protection
    // surely decides on.
    private uint AnyLoad()
    {
        while (true)
        {
            var bits = Access(_random.Next(1, 32), isAligned: false);
            if ((bits & 0x7B) != 0x03) continue; // a load, of F and D too
            if (_settings.HasBorderEntries && (bits & 0x307F) != 0x03) continue; // a byte
            if (_settings.HasSmallEntries && (bits >> 12 & 7) == 3) bits &= ~(1u << 12);
            return bits & ~(7u << 20);
        }
    }
}
