// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.CortexM.Tests.TestCpu;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>
/// The MPU says the same of code that is interpreted and of code that was hot and translated before it was switched on
/// or set up anew. Armv6-M and Armv7-M B3.5.
/// </summary>
public sealed class ProtectionTests
{
    private const uint Handler = 0x800, Aside = 0x600, Function = 0x1000;
    private const uint HandlerControl = 0xE000_ED24, FaultStatus = 0xE000_ED28, ViolationAddress = 0xE000_ED34;
    private const uint MpuControl = 0xE000_ED94, MpuBase = 0xE000_ED9C, MpuAttributes = 0xE000_EDA0;
    private const uint On = 1, OnWithDefaultMap = 5;
    private const uint NoAccess = 0, Privileged = 1u << 24, ReadOnly = 6u << 24, Full = 3u << 24, ExecuteNever = 1u << 28;
    private const uint Page = 11 << 1 | 1, Half = 10 << 1 | 1, AllRam = 15 << 1 | 1;
    private const uint Target = GuestRam.Sram + 0x2000;
    private const int HotRounds = 700;
    private const int Faulting = 1 + 5; // the instruction that faults, and the handler

    /// <summary>Each engine, on Armv6-M and Armv7-M.</summary>
    public static TheoryData<string, string> Processors => new()
    {
        { "interpreter", "cortex-m0plus" },
        { "eager-translator", "cortex-m0plus" },
        { "eager-baseline", "cortex-m0plus" },
        { "interpreter", "cortex-m4" },
        { "eager-translator", "cortex-m4" },
        { "eager-baseline", "cortex-m4" },
    };

    private static void Region(TestCpu cpu, uint number, uint at, uint attributes)
    {
        cpu.Store(MpuBase, at | 1 << 4 | number);
        cpu.Store(MpuAttributes, attributes);
    }

    // The violation's handler counts in r4 and goes on behind the halfword that faulted.
    private static TestCpu NewCpu(string engine, string model)
    {
        var cpu = new TestCpu(model, options: [("engine", engine), ("mpuRegions", "8")]);
        cpu.Vector(3, Handler | 1).Vector(4, Handler | 1);
        cpu.Code(Handler, 0x9906, 0x3102, 0x9106, 0x3401, 0x4770); // ldr r1, [sp, #24]; adds r1, #2; str r1, [sp, #24]; adds r4, #1; bx lr
        if (model == "cortex-m4") cpu.Store(HandlerControl, 1 << 16);
        return cpu;
    }

    // r3 counts rounds: a load from r0 into r2 and a store of r3 to r5.
    private static TestCpu Loop(string engine, string model)
    {
        var cpu = NewCpu(engine, model);
        cpu.Program(
            0x3301, // adds r3, #1
            0x6802, // ldr r2, [r0]
            0x602B, // str r3, [r5]
            0xE7FB); // b adds
        (cpu[0], cpu[5]) = (Target, Target + 0x800);
        cpu.Word(Target, 77);
        cpu.Run(4 * HotRounds);
        Assert.Equal(((uint)HotRounds, 77u, 0u), (cpu[3], cpu[2], cpu[4]));
        Assert.Equal(engine != "interpreter", cpu.Core.Translation.Regions > 0);
        return cpu;
    }

    private static void Retire(TestCpu cpu, int instructions) => Assert.Equal(instructions, cpu.Run(instructions).Instructions);

    [Theory, MemberData(nameof(Processors))]
    public void A_hot_loop_faults_at_its_next_access_when_the_MPU_is_switched_on(string engine, string model)
    {
        using var cpu = Loop(engine, model);
        Region(cpu, 0, Target, NoAccess | Page);
        cpu.Store(MpuControl, OnWithDefaultMap);
        cpu[2] = 0;
        Retire(cpu, 1 + Faulting); // adds, the load
        Assert.Equal((1u, 0u, Start + 2 + 2), (cpu[4], cpu[2], cpu.Pc));
        if (model == "cortex-m4") Assert.Equal((0x82u, Target), (cpu.Load(FaultStatus), cpu.Load(ViolationAddress)));
        Retire(cpu, Faulting + 1 + 1 + Faulting + Faulting); // the store faults, too; the next round
        Assert.Equal((4u, (uint)HotRounds), (cpu[4], cpu.Word(Target + 0x800)));
    }

    [Theory, MemberData(nameof(Processors))]
    public void A_region_that_is_set_up_anew_counts_at_once_also_for_half_a_page(string engine, string model)
    {
        using var cpu = Loop(engine, model);
        Region(cpu, 0, Target, Full | Page);
        cpu.Store(MpuControl, OnWithDefaultMap);
        Retire(cpu, 4 * HotRounds);
        Assert.Equal((0u, 2u * HotRounds), (cpu[4], cpu[3]));

        Region(cpu, 0, Target, ReadOnly | Page);
        Retire(cpu, 3 * (3 + Faulting)); // loads pass, stores do not
        Assert.Equal((3u, 77u, 2u * HotRounds), (cpu[4], cpu[2], cpu.Word(Target + 0x800)));

        Region(cpu, 0, Target, NoAccess | Half); // what is loaded lies in the lower half, what is stored in the upper
        cpu[2] = 0;
        Retire(cpu, 3 * (3 + Faulting));
        Assert.Equal((6u, 0u, cpu[3]), (cpu[4], cpu[2], cpu.Word(Target + 0x800)));
    }

    [Theory, MemberData(nameof(Processors))]
    public void A_hot_loop_goes_on_when_the_MPU_is_switched_off_again(string engine, string model)
    {
        using var cpu = Loop(engine, model);
        Region(cpu, 0, Target, NoAccess | Page);
        cpu.Store(MpuControl, OnWithDefaultMap);
        Retire(cpu, 2 * (2 + Faulting + Faulting));
        Assert.Equal(4u, cpu[4]);
        cpu.Store(MpuControl, 0);
        Retire(cpu, 4 * HotRounds);
        Assert.Equal((4u, 77u, cpu[3]), (cpu[4], cpu[2], cpu.Word(Target + 0x800)));
    }

    [Theory, MemberData(nameof(Processors))]
    public void A_hot_function_is_not_entered_any_more_when_its_page_becomes_execute_never(string engine, string model)
    {
        using var cpu = NewCpu(engine, model);
        // The violation is the fetch at the function's address: its handler goes on at the caller.
        cpu.Code(Handler, 0x9905, 0x3901, 0x9106, 0x3401, 0x4770); // ldr r1, [sp, #20]; subs r1, #1; str r1, [sp, #24]; adds r4, #1; bx lr
        cpu.Program(0x3301, 0xF000_F800 | ((Function - Start - 6) / 2), 0xE7FB); // adds r3, #1; bl function; b adds
        cpu.Code(Function, 0x3601, 0x4770); // adds r6, #1; bx lr
        Retire(cpu, 5 * HotRounds);
        Assert.Equal((uint)HotRounds, cpu[6]);
        Region(cpu, 0, Function, Full | ExecuteNever | Page);
        cpu.Store(MpuControl, OnWithDefaultMap);
        Retire(cpu, 2 * (3 + Faulting));
        Assert.Equal((2u, (uint)HotRounds, HotRounds + 2u), (cpu[4], cpu[6], cpu[3]));
        if (model == "cortex-m4") Assert.Equal(1u, cpu.Load(FaultStatus)); // IACCVIOL
        Region(cpu, 0, Function, Full | Page);
        Retire(cpu, 5 * HotRounds);
        Assert.Equal((2u, 2u * HotRounds), (cpu[4], cpu[6]));
    }

    [Theory, MemberData(nameof(Processors))]
    public void A_hot_loop_that_loses_its_privilege_keeps_only_what_all_may_do(string engine, string model)
    {
        using var cpu = Loop(engine, model);
        Region(cpu, 0, 0, ReadOnly | AllRam);
        Region(cpu, 1, GuestRam.Sram, Full | AllRam | ExecuteNever);
        Region(cpu, 2, Target, Privileged | Page);
        cpu.Store(MpuControl, On);
        Retire(cpu, 4 * 10);
        Assert.Equal(0u, cpu[4]);
        cpu.Code(Aside, 0xF386_8814, 0xE6FC); // msr control, r6; b Start
        cpu[6] = 1;
        cpu.Core.State.Pc = Aside;
        Retire(cpu, 2);
        Retire(cpu, 10 * (2 + Faulting + Faulting));
        Assert.Equal((20u, HotRounds + 20u), (cpu[4], cpu[3]));
    }

    [Theory, MemberData(nameof(Processors))]
    public void The_private_peripherals_are_reached_whatever_the_regions_are(string engine, string model)
    {
        using var cpu = Loop(engine, model);
        Region(cpu, 0, 0, ReadOnly | AllRam);
        Region(cpu, 1, GuestRam.Sram, Full | AllRam);
        Region(cpu, 2, 0xE000_0000, NoAccess | 19 << 1 | 1);
        cpu.Store(MpuControl, On);
        cpu[0] = 0xE000_ED00; // CPUID
        Retire(cpu, 4 * 10);
        Assert.Equal((0u, cpu.Core.Profile.CpuId), (cpu[4], cpu[2]));
    }

    [Theory]
    [InlineData("cortex-m0plus", "eager-translator")]
    [InlineData("cortex-m4", "eager-translator")]
    [InlineData("cortex-m0plus", "eager-baseline")]
    [InlineData("cortex-m4", "eager-baseline")]
    public void Under_regions_that_change_at_random_both_engines_are_alike_after_each_slice(string model, string engine)
    {
        for (var seed = 1; seed <= 4; seed++)
        {
            var random = new Random(seed);
            using var interpreted = Loop("interpreter", model);
            using var translated = Loop(engine, model);
            for (var slice = 0; slice < 100; slice++)
            {
                var (at, attributes, control) = (Target + (uint)random.Next(-2, 3) * 0x800, RandomAttributes(random), (uint)random.Next(2) * OnWithDefaultMap);
                var (number, instructions, near) = ((uint)random.Next(8), random.Next(1, 60), (uint)random.Next(-0x40, 0x40) * 0x40);
                foreach (var cpu in new[] { interpreted, translated })
                {
                    Region(cpu, number, at & ~0x7FFu, attributes);
                    cpu.Store(MpuControl, control);
                    cpu[5] = Target + 0x800 + near;
                    Retire(cpu, instructions);
                }
                var (a, b) = (new StateTree(), new StateTree());
                interpreted.Core.Save(a);
                translated.Core.Save(b);
                Assert.Equal(a.ToString(), b.ToString());
                Assert.True(interpreted.Ram.Bytes(1).SequenceEqual(translated.Ram.Bytes(1)), $"memory, seed {seed}, slice {slice}");
            }
            Assert.NotEqual(0u, interpreted[4]);
        }
    }

    // 2 KiB to 8 KiB, at times with subregions left out.
    private static uint RandomAttributes(Random random) =>
        new[] { NoAccess, Privileged, ReadOnly, Full }[random.Next(4)]
        | (random.Next(3) == 0 ? (uint)random.Next(256) << 8 : 0) | (uint)random.Next(10, 13) << 1 | (uint)random.Next(2);
}
