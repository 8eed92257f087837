// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// The private peripheral bus, 0xE000_0000 to 0xE00F_FFFF: NVIC, system control block, SysTick, MPU, FPU control, DWT.
/// Arm B3. Registers are words; priorities and fault status may be written in pieces.
/// </summary>
internal sealed unsafe partial class SystemControl(Cpu* cpu, Profile profile, CortexMCore core, SysTick sysTick, CycleCounter cycles)
{
    private const uint First = 0xE000_0000;
    private const uint Length = 0x0010_0000;
    private const uint SoftwareTrigger = 0xE000_EF00;

    /// <summary>Whether an address is on this bus.</summary>
    public static bool IsPrivate(uint address) => address - First < Length;

    /// <summary>Whether unprivileged programs may reach it: only the software trigger, if CCR says so. Arm B3.2.26.</summary>
    public bool AllowsUnprivileged(uint address) =>
        address == SoftwareTrigger && (cpu->State.Ccr & ConfigurationControl.UserSetPend) != 0;

    /// <summary>Reads; false is a bus error.</summary>
    public bool TryRead(uint address, int size, out uint value)
    {
        value = ReadWord(address & ~3u) >> (int)((address & 3) * 8);
        if (size < 4) value &= (1u << (size * 8)) - 1;
        return true;
    }

    /// <summary>Writes; false is a bus error.</summary>
    public bool TryWrite(uint address, int size, uint value)
    {
        if (PriorityOf(address & ~3u) is { } first)
        {
            for (var i = 0; i < size; i++) SetPriority(first + (int)(address & 3) + i, (byte)(value >> (8 * i)));
            core.Exceptions.Recompute();
            return true;
        }
        // The other registers are written whole; of the fault status a piece clears only its own bits.
        if (size < 4) value = (value & ((1u << (size * 8)) - 1)) << (int)((address & 3) * 8);
        WriteWord(address & ~3u, value);
        return true;
    }

    private uint ReadWord(uint address) => address switch
    {
        _ when PriorityOf(address) is { } first => ReadPriorities(first),
        >= 0xE000_E100 and < 0xE000_E400 => ReadInterrupts(address),
        0xE000_E004 => (uint)Math.Max(0, (profile.Irqs - 1) / 32),
        0xE000_E008 => cpu->State.Actlr,
        >= 0xE000_E010 and <= 0xE000_E01C => sysTick.Read(address & 0xF),
        >= 0xE000_ED00 and < 0xE000_EE00 => ReadControl(address),
        >= 0xE000_EF34 and <= 0xE000_EF48 => ReadFloat(address),
        >= 0xE000_1000 and < 0xE000_2000 when profile.IsV7 => cycles.Read(address & 0xFFF),
        _ => 0,
    };

    private void WriteWord(uint address, uint value)
    {
        switch (address)
        {
            case >= 0xE000_E100 and < 0xE000_E400: WriteInterrupts(address, value); break;
            case 0xE000_E008: cpu->State.Actlr = value; break;
            case >= 0xE000_E010 and <= 0xE000_E01C: sysTick.Write(address & 0xF, value); break;
            case >= 0xE000_ED00 and < 0xE000_EE00: WriteControl(address, value); break;
            case SoftwareTrigger when profile.IsV7: Pend((int)(value & 0x1FF)); break;
            case >= 0xE000_EF34 and <= 0xE000_EF48: WriteFloat(address, value); break;
            case >= 0xE000_1000 and < 0xE000_2000 when profile.IsV7: cycles.Write(address & 0xFFF, value); break;
        }
    }

    // The registers of 32 interrupts each: set and clear enable, set and clear pending, active. Arm B3.4.4 to B3.4.8.
    private uint ReadInterrupts(uint address)
    {
        var index = (int)(address & 0x7F) / 4;
        ref var s = ref cpu->State;
        fixed (ulong* enabled = s.Enabled, pending = s.Pending, active = s.Active)
        {
            return (address >> 7 & 7) switch
            {
                2 or 3 => Irqs(enabled, index),
                4 or 5 => Irqs(pending, index),
                6 when profile.IsV7 => Irqs(active, index),
                _ => 0,
            };
        }
    }

    private void WriteInterrupts(uint address, uint value)
    {
        var first = (int)(address & 0x7F) * 8;
        for (var i = 0; i < 32; i++)
        {
            var irq = first + i;
            if ((value >> i & 1) == 0 || irq >= profile.Irqs) continue;
            var number = irq + ExceptionNumber.FirstIrq;
            switch (address >> 7 & 7)
            {
                case 2: cpu->State.Enabled[number >> 6] |= 1UL << number; break;
                case 3: cpu->State.Enabled[number >> 6] &= ~(1UL << number); break;
                case 4: core.Exceptions.Pend(number); break;
                case 5: core.Exceptions.Unpend(number); break;
            }
        }
        core.Exceptions.Recompute();
    }

    // 32 interrupts out of rows of exception numbers, which begin 16 earlier.
    private uint Irqs(ulong* row, int index)
    {
        var value = 0u;
        for (var i = 0; i < 32; i++)
        {
            var irq = index * 32 + i;
            if (irq >= profile.Irqs) break;
            var number = irq + ExceptionNumber.FirstIrq;
            if ((row[number >> 6] >> number & 1) != 0) value |= 1u << i;
        }
        return value;
    }

    private void Pend(int irq)
    {
        if (irq < profile.Irqs) core.Exceptions.Pend(irq + ExceptionNumber.FirstIrq);
    }

    // The exception whose priority is the first of a word; null for other registers. Arm B3.2.10 to B3.2.12, B3.4.9.
    private static int? PriorityOf(uint address) => address switch
    {
        >= 0xE000_E400 and < 0xE000_E4F0 => ExceptionNumber.FirstIrq + (int)(address - 0xE000_E400),
        >= 0xE000_ED18 and <= 0xE000_ED20 => (int)(address - 0xE000_ED18) + 4,
        _ => null,
    };

    private uint ReadPriorities(int first)
    {
        var value = 0u;
        for (var i = 3; i >= 0; i--) value = value << 8 | cpu->State.Priority[first + i];
        return value;
    }

    private void SetPriority(int number, byte value)
    {
        var exists = number < ExceptionNumber.FirstIrq
            ? number is ExceptionNumber.SvCall or ExceptionNumber.PendSv or ExceptionNumber.SysTick
                || (profile.IsV7 && number is ExceptionNumber.MemManage or ExceptionNumber.BusFault or ExceptionNumber.UsageFault or ExceptionNumber.DebugMonitor)
            : number < profile.ExceptionCount;
        if (exists) cpu->State.Priority[number] = (byte)(value & profile.PriorityMask);
    }
}
