// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.CsrAddress;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// The control and status registers: who may reach them, and what a write leaves of its value. Privileged
/// specification, chapters 3 and 4; fields that this hart does not have read as zero.
/// </summary>
internal sealed unsafe partial class CsrFile(Hart* hart, Isa isa, int hartId, RiscVCore core)
{
    // SAFETY: the hart outlives this object; the core owns both.
    private readonly HartState* _state = &hart->State;

    /// <summary>Runs a CSR instruction; false where it is illegal, and then nothing has changed.</summary>
    public bool TryExecute(Instruction instruction)
    {
        var csr = instruction.Immediate & 0xFFF;
        var isImmediate = instruction.Op >= Op.Csrrwi;
        var isSwap = instruction.Op is Op.Csrrw or Op.Csrrwi;
        var writes = isSwap || instruction.Rs1 != 0;
        if (!MayAccess(csr, writes) || !TryRead(csr, out var old)) return false;
        var operand = isImmediate ? instruction.Rs1 : Hart.X(hart)[instruction.Rs1];
        if (writes && !TryWrite(csr, Combine(instruction.Op, Modifiable(csr, old), operand))) return false;
        Hart.X(hart)[instruction.Rd] = SignExtended(old);
        return true;
    }

    /// <summary>A register as a debugger sees it; false where there is none.</summary>
    public bool TryReadForDebugger(int csr, out ulong value) => TryRead(csr, out value);

    private bool MayAccess(int csr, bool writes)
    {
        var isReadOnly = csr >> 10 == 3;
        var needs = csr >> 8 & 3;
        if ((int)_state->Privilege < needs || (isReadOnly && writes)) return false;
        if (csr == Satp && _state->Privilege == Privilege.Supervisor && (_state->Mstatus & Status.Tvm) != 0) return false;
        return true;
    }

    private static ulong Combine(Op op, ulong old, ulong operand) => op switch
    {
        Op.Csrrs or Op.Csrrsi => old | operand,
        Op.Csrrc or Op.Csrrci => old & ~operand,
        _ => operand,
    };

    // Setting and clearing bits of mip starts from what software has set, not from the inputs: privileged spec., 3.1.9.
    private ulong Modifiable(int csr, ulong value) =>
        csr is Mip or Sip ? _state->SoftwareInterrupts : value;

    private ulong SignExtended(ulong value) => isa.Xlen == 32 ? (ulong)(int)value : value;

    private ulong ZeroExtended(ulong value) => isa.Xlen == 32 ? (uint)value : value;

    private bool IsRv32 => isa.Xlen == 32;
}
