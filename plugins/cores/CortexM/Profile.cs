// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>What a processor has: its architecture and the choices that a chip's maker makes.</summary>
/// <remarks>Armv6-M and Armv7-M Architecture Reference Manuals; "Arm" below is the latter, DDI 0403.</remarks>
internal sealed record Profile
{
    /// <summary>Interrupts that the largest chip may have.</summary>
    public const int MaximumIrqs = 240;

    public required CpuModel Model { get; init; }

    public required FpuKind Fpu { get; init; }

    /// <summary>External interrupts.</summary>
    public required int Irqs { get; init; }

    /// <summary>Implemented bits of a priority, from the top of its byte.</summary>
    public required int PriorityBits { get; init; }

    /// <summary>Regions of the MPU; 0: there is none.</summary>
    public required int MpuRegions { get; init; }

    /// <summary>The processor's clock: SysTick and the cycle counter.</summary>
    public required uint ClockHz { get; init; }

    /// <summary>SysTick's other clock; 0: there is none.</summary>
    public required uint SysTickReferenceHz { get; init; }

    /// <summary>Where the vector table is after a reset.</summary>
    public required uint Vectors { get; init; }

    /// <summary>Whether single bits of SRAM and peripherals have addresses of their own.</summary>
    public required bool BitBand { get; init; }

    /// <summary>Whether BKPT 0xAB asks the host.</summary>
    public required bool Semihosting { get; init; }

    /// <summary>Armv7-M, not Armv6-M.</summary>
    public bool IsV7 => Model >= CpuModel.CortexM3;

    /// <summary>The DSP extension: Armv7E-M.</summary>
    public bool HasDsp => Model >= CpuModel.CortexM4;

    /// <summary>Whether the vector table can be moved.</summary>
    public bool HasVtor => Model != CpuModel.CortexM0;

    /// <summary>Whether there is an unprivileged level.</summary>
    public bool HasUnprivileged => Model != CpuModel.CortexM0;

    /// <summary>Bits of a priority byte that hold something.</summary>
    public byte PriorityMask => (byte)(0xFF << (8 - PriorityBits));

    /// <summary>Exception numbers in use, external interrupts included.</summary>
    public int ExceptionCount => 16 + Irqs;

    /// <summary>CPUID. Technical Reference Manuals of the processors.</summary>
    public uint CpuId => Model switch
    {
        CpuModel.CortexM0 => 0x410C_C200,
        CpuModel.CortexM0plus => 0x410C_C601,
        CpuModel.CortexM3 => 0x412F_C231,
        CpuModel.CortexM4 => 0x410F_C241,
        _ => 0x411F_C272,
    };
}
