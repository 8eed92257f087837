// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <content>The system control block and the MPU's registers. Arm B3.2, B3.5.</content>
internal sealed unsafe partial class SystemControl
{
    private const uint ResetKey = 0x05FA_0000;
    private const uint StackAlignAndUnaligned = ConfigurationControl.StackAlign | ConfigurationControl.UnalignedTrap;

    // SHCSR: the exception of each active and pending bit.
    private static readonly (int Bit, int Exception)[] ActiveBits =
    [
        (0, ExceptionNumber.MemManage), (1, ExceptionNumber.BusFault), (3, ExceptionNumber.UsageFault), (7, ExceptionNumber.SvCall),
        (8, ExceptionNumber.DebugMonitor), (10, ExceptionNumber.PendSv), (11, ExceptionNumber.SysTick),
    ];

    private static readonly (int Bit, int Exception)[] PendingBits =
    [
        (12, ExceptionNumber.UsageFault), (13, ExceptionNumber.MemManage), (14, ExceptionNumber.BusFault), (15, ExceptionNumber.SvCall),
    ];

    private uint ReadControl(uint address)
    {
        ref var s = ref cpu->State;
        switch (address)
        {
            case 0xE000_ED00: return profile.CpuId;
            case 0xE000_ED04: return ReadInterruptState();
            case 0xE000_ED08: return s.Vtor;
            case 0xE000_ED0C: return 0xFA05_0000 | s.PriorityGrouping << 8;
            case 0xE000_ED10: return s.Scr;
            case 0xE000_ED14: return profile.IsV7 ? s.Ccr : StackAlignAndUnaligned;
            case 0xE000_ED24: return ReadHandlers();
            case 0xE000_ED90: return (uint)profile.MpuRegions << 8;
            case 0xE000_ED94: return s.MpuControl;
            case 0xE000_ED98: return s.MpuRegion;
            case 0xE000_ED9C or 0xE000_EDA4 or 0xE000_EDAC or 0xE000_EDB4 when profile.MpuRegions > 0:
                return s.MpuBase[s.MpuRegion] | s.MpuRegion;
            case 0xE000_EDA0 or 0xE000_EDA8 or 0xE000_EDB0 or 0xE000_EDB8 when profile.MpuRegions > 0:
                return s.MpuAttributes[s.MpuRegion];
        }
        if (!profile.IsV7) return 0;
        return address switch
        {
            0xE000_ED28 => s.Cfsr,
            0xE000_ED2C => s.Hfsr,
            0xE000_ED30 => s.Dfsr,
            0xE000_ED34 => s.Mmfar,
            0xE000_ED38 => s.Bfar,
            0xE000_ED40 => 0x30,
            0xE000_ED44 => 0x200,
            0xE000_ED48 => 0x10_0000,
            0xE000_ED50 => 0x30,
            0xE000_ED58 => 0x100_0000,
            0xE000_ED60 => 0x0110_1110, // ID_ISAR0 to ID_ISAR4, with the DSP extension's additions
            0xE000_ED64 => profile.HasDsp ? 0x0211_2000u : 0x0211_1000,
            0xE000_ED68 => profile.HasDsp ? 0x2123_2231u : 0x2111_2231,
            0xE000_ED6C => profile.HasDsp ? 0x0111_1131u : 0x0111_1110,
            0xE000_ED70 => profile.HasDsp ? 0x0131_0132u : 0x0131_0132,
            0xE000_ED88 => s.Cpacr,
            0xE000_EDFC => s.Demcr,
            _ => 0,
        };
    }

    private void WriteControl(uint address, uint value)
    {
        ref var s = ref cpu->State;
        switch (address)
        {
            case 0xE000_ED04: WriteInterruptState(value); break;
            case 0xE000_ED08 when profile.HasVtor: s.Vtor = value & ~0x7Fu; break;
            case 0xE000_ED0C: WriteReset(value); break;
            case 0xE000_ED10: s.Scr = value & 0x16; break;
            case 0xE000_ED14 when profile.IsV7: s.Ccr = value & 0x0007_031B; core.OnAlignmentChanged(); break;
            case 0xE000_ED24: WriteHandlers(value); break;
            case 0xE000_ED94 when profile.MpuRegions > 0: s.MpuControl = value & 7; core.OnProtectionChanged(); break;
            case 0xE000_ED98 when profile.MpuRegions > 0: s.MpuRegion = Math.Min(value & 0xFF, (uint)profile.MpuRegions - 1); break;
            case 0xE000_ED9C or 0xE000_EDA4 or 0xE000_EDAC or 0xE000_EDB4 when profile.MpuRegions > 0: WriteRegionBase(value); break;
            case 0xE000_EDA0 or 0xE000_EDA8 or 0xE000_EDB0 or 0xE000_EDB8 when profile.MpuRegions > 0:
                s.MpuAttributes[s.MpuRegion] = value & 0x173F_FF3F;
                core.OnProtectionChanged();
                break;
            case 0xE000_ED28 when profile.IsV7: s.Cfsr &= ~value; break;
            case 0xE000_ED2C when profile.IsV7: s.Hfsr &= ~value; break;
            case 0xE000_ED30 when profile.IsV7: s.Dfsr &= ~value; break;
            case 0xE000_ED34 when profile.IsV7: s.Mmfar = value; break;
            case 0xE000_ED38 when profile.IsV7: s.Bfar = value; break;
            case 0xE000_ED88 when profile.Fpu != FpuKind.None: s.Cpacr = value & 0x00F0_0000; core.OnFloatChanged(); break;
            case 0xE000_EDFC when profile.IsV7: s.Demcr = value & 0x0101_07F1; break;
        }
    }

    // ICSR. Arm B3.2.4.
    private uint ReadInterruptState()
    {
        ref var s = ref cpu->State;
        var exceptions = core.Exceptions;
        var value = s.Exception | (uint)exceptions.HighestPending << 12;
        var others = 0;
        for (var word = 0; word < 4; word++) others += System.Numerics.BitOperations.PopCount(s.Active[word]);
        if (others <= 1) value |= 1 << 11;
        for (var irq = 0; irq < profile.Irqs; irq++)
        {
            if (exceptions.IsPendingBit(irq + ExceptionNumber.FirstIrq)) value |= 1 << 22;
        }
        if (exceptions.IsPendingBit(ExceptionNumber.SysTick)) value |= 1 << 26;
        if (exceptions.IsPendingBit(ExceptionNumber.PendSv)) value |= 1 << 28;
        if (exceptions.IsPendingBit(ExceptionNumber.Nmi)) value |= 1u << 31;
        return value;
    }

    private void WriteInterruptState(uint value)
    {
        var exceptions = core.Exceptions;
        if ((value & 1 << 25) != 0) exceptions.Unpend(ExceptionNumber.SysTick);
        if ((value & 1 << 26) != 0) exceptions.Pend(ExceptionNumber.SysTick);
        if ((value & 1 << 27) != 0) exceptions.Unpend(ExceptionNumber.PendSv);
        if ((value & 1 << 28) != 0) exceptions.Pend(ExceptionNumber.PendSv);
        if ((value & 1u << 31) != 0) exceptions.Pend(ExceptionNumber.Nmi);
    }

    // AIRCR: written only with its key. Arm B3.2.6.
    private void WriteReset(uint value)
    {
        if ((value & 0xFFFF_0000) != ResetKey) return;
        if (profile.IsV7)
        {
            cpu->State.PriorityGrouping = value >> 8 & 7;
            core.Exceptions.Recompute();
        }
        if ((value & 4) != 0) core.RequestReset();
    }

    private uint ReadHandlers()
    {
        var value = cpu->State.Shcsr;
        foreach (var (bit, exception) in ActiveBits)
        {
            if (profile.IsV7 && core.Exceptions.IsActiveBit(exception)) value |= 1u << bit;
        }
        foreach (var (bit, exception) in PendingBits)
        {
            if ((profile.IsV7 || exception == ExceptionNumber.SvCall) && core.Exceptions.IsPendingBit(exception)) value |= 1u << bit;
        }
        return value;
    }

    private void WriteHandlers(uint value)
    {
        if (!profile.IsV7) return;
        cpu->State.Shcsr = value & 0x0007_0000;
        foreach (var (bit, exception) in ActiveBits) core.Exceptions.SetActive(exception, (value >> bit & 1) != 0);
        foreach (var (bit, exception) in PendingBits)
        {
            if ((value >> bit & 1) != 0) core.Exceptions.Pend(exception);
            else core.Exceptions.Unpend(exception);
        }
    }

    private void WriteRegionBase(uint value)
    {
        ref var s = ref cpu->State;
        if ((value & 1 << 4) != 0) s.MpuRegion = Math.Min(value & 0xF, (uint)profile.MpuRegions - 1);
        s.MpuBase[s.MpuRegion] = value & ~0x1Fu;
        core.OnProtectionChanged();
    }

    private uint ReadFloat(uint address)
    {
        if (profile.Fpu == FpuKind.None) return 0;
        var isDouble = profile.Fpu == FpuKind.Dp;
        return address switch
        {
            0xE000_EF34 => cpu->State.Fpccr,
            0xE000_EF38 => cpu->State.Fpcar,
            0xE000_EF3C => cpu->State.Fpdscr,
            0xE000_EF40 => isDouble ? 0x1011_0221u : 0x1011_0021,
            0xE000_EF44 => isDouble ? 0x1200_0011u : 0x1100_0011,
            0xE000_EF48 => isDouble ? 0x40u : 0,
            _ => 0,
        };
    }

    private void WriteFloat(uint address, uint value)
    {
        if (profile.Fpu == FpuKind.None) return;
        switch (address)
        {
            case 0xE000_EF34: cpu->State.Fpccr = value & 0xC000_017B; break;
            case 0xE000_EF38: cpu->State.Fpcar = value & ~7u; break;
            case 0xE000_EF3C: cpu->State.Fpdscr = value & 0x07C0_0000; break;
        }
        core.OnFloatChanged();
    }
}
