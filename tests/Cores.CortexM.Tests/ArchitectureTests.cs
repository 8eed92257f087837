// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.CortexM.Tests.TestCpu;

namespace EdgeHypervisor.Cores.CortexM.Tests;

public sealed class InterpretedArchitectureTests() : ArchitectureTests("interpreter");

public sealed class TranslatedArchitectureTests() : ArchitectureTests("eager-translator");

/// <summary>The same, by the first of the two compilers alone.</summary>
public sealed class BaselineArchitectureTests() : ArchitectureTests("eager-baseline");

/// <summary>What the smaller architecture lacks. Armv6-M A5.1, A5.3, A3.2.1.</summary>
public abstract class ArchitectureTests(string engine)
{
    private const uint Handler = 0x800;
    private const uint ConfigurationControl = 0xE000_ED14;
    private const int HotRounds = 700;

    private TestCpu NewCpu(string model)
    {
        var cpu = new TestCpu(model, options: ("engine", engine));
        cpu.Vector(3, Handler | 1).Code(Handler, 0xE7FE); // b .
        return cpu;
    }

    [Theory]
    [InlineData(0xBF08u)] // it eq
    [InlineData(0xB108u)] // cbz r0
    [InlineData(0xF240_0101u)] // movw r1, #1
    [InlineData(0xFB91_F1F2u)] // sdiv r1, r1, r2
    [InlineData(0xE850_1F00u)] // ldrex r1, [r0]
    [InlineData(0xE8B0_000Cu)] // ldmia.w r0!, {r2, r3}
    [InlineData(0xF43F_AFFEu)] // beq.w .
    [InlineData(0xFA91_F1A1u)] // rbit r1, r1
    public void What_Armv6_M_lacks_is_undefined_there_and_not_on_Armv7_M(uint instruction) => IsUndefined(instruction, "cortex-m0", "cortex-m3");

    [Theory]
    [InlineData(0xF323_0803u)] // ssat16 r8, #4, r3
    [InlineData(0xF3A3_0803u)] // usat16 r8, #3, r3
    [InlineData(0xFA81_F082u)] // qadd r0, r2, r1
    [InlineData(0xFB21_3002u)] // smlad r0, r1, r2, r3
    public void What_Armv7_M_lacks_is_undefined_there_and_not_on_Armv7E_M(uint instruction) => IsUndefined(instruction, "cortex-m3", "cortex-m4");

    private void IsUndefined(uint instruction, string there, string elsewhere)
    {
        using var small = NewCpu(there);
        using var large = NewCpu(elsewhere);
        foreach (var cpu in new[] { small, large })
        {
            cpu.Program(0x2301, instruction, 0xBF00, 0xE7FE); // movs r3, #1; …; nop; b .
            (cpu[0], cpu[1], cpu[2]) = (GuestRam.Sram, 6, 2);
            cpu.Run(5);
        }
        Assert.Equal((3u, 0u), (small.Xpsr & 0x1FF, large.Xpsr & 0x1FF));
        Assert.Equal(Start + 2, small.Word(small[13] + 24)); // the instruction itself
    }

    [Theory]
    [InlineData("cortex-m0", false, true)]
    [InlineData("cortex-m3", false, false)]
    [InlineData("cortex-m3", true, true)]
    public void An_access_of_hot_code_that_is_not_aligned_faults_on_Armv6_M_and_where_Armv7_M_is_told_to(string model, bool traps, bool faults)
    {
        foreach (var (instruction, last) in new[] { (0x6801u, 0x0403_0201u), (0x8801u, 0x0201u), (0x6001u, 0x0403_0201u) }) // ldr, ldrh, str r1, [r0]
        {
            using var cpu = NewCpu(model);
            if (traps) cpu.Store(ConfigurationControl, cpu.Load(ConfigurationControl) | 1 << 3);
            cpu.Word(GuestRam.Sram, 0x0302_0100).Word(GuestRam.Sram + 4, 0x0706_0504);
            cpu.Program(0x3301, instruction, 0xE7FC); // adds r3, #1; …; b adds
            cpu[0] = GuestRam.Sram + 4;
            cpu.Run(3 * HotRounds);
            (cpu[0], cpu[1]) = (GuestRam.Sram + 1, last);
            cpu.Run(3);
            Assert.Equal((faults ? 3u : 0, last), (cpu.Xpsr & 0x1FF, cpu[1]));
            if (instruction == 0x6001) Assert.Equal(faults ? 0x0302_0100u : 0x0302_0100u & 0xFF | last << 8, cpu.Word(GuestRam.Sram));
        }
    }
}
