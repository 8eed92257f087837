// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM.Tests;

public sealed class InterpretedCycleCounterTests() : CycleCounterTests("interpreter");

public sealed class TranslatedCycleCounterTests() : CycleCounterTests("eager-translator");

/// <summary>The same, by the first of the two compilers alone.</summary>
public sealed class BaselineCycleCounterTests() : CycleCounterTests("eager-baseline");

/// <summary>DWT's CYCCNT at a tick a microsecond, as a program reads it. Armv7-M C1.8.</summary>
public abstract class CycleCounterTests(string engine)
{
    private const uint MonitorControl = 0xE000_EDFC, Control = 0xE000_1000, Count = 0xE000_1004;
    private const uint TraceEnable = 1 << 24;
    private const long TickNs = 1_000;

    // Reads the counter into r1 over and over, when it is on; r0: where it is.
    private TestCpu Reader(string cpu = "cortex-m3", bool isOn = true)
    {
        var reader = new TestCpu(cpu, options: [("engine", engine), ("clockHz", "1000000")]);
        reader.Program(0x6801, 0x3201, 0xE7FC); // ldr r1, [r0]; adds r2, #1; b ldr
        reader[0] = Count;
        if (!isOn) return reader;
        reader.Store(MonitorControl, TraceEnable);
        reader.Store(Control, 1);
        return reader;
    }

    private static uint Look(TestCpu cpu)
    {
        cpu.Run(3);
        return cpu[1];
    }

    [Fact]
    public void It_counts_the_processors_clock_from_the_value_that_was_written()
    {
        using var cpu = Reader();
        cpu.Store(Count, 100);
        cpu.Time.AdvanceTo(250 * TickNs);
        Assert.Equal(350u, Look(cpu));
        cpu.Time.AdvanceTo(251 * TickNs);
        Assert.Equal(351u, Look(cpu));
    }

    [Fact]
    public void It_begins_anew_behind_its_32_bits()
    {
        using var cpu = Reader();
        cpu.Store(Count, uint.MaxValue - 1);
        cpu.Time.AdvanceTo(5 * TickNs);
        Assert.Equal(3u, Look(cpu));
    }

    [Fact]
    public void It_stands_while_it_is_off_and_goes_on_from_there()
    {
        using var cpu = Reader();
        cpu.Time.AdvanceTo(40 * TickNs);
        cpu.Store(Control, 0);
        cpu.Time.AdvanceTo(90 * TickNs);
        Assert.Equal(40u, Look(cpu));
        cpu.Store(Control, 1);
        cpu.Time.AdvanceTo(95 * TickNs);
        Assert.Equal(45u, Look(cpu));
    }

    [Fact]
    public void Without_TRCENA_nobody_can_switch_it_on()
    {
        using var cpu = Reader(isOn: false);
        cpu.Store(Control, 1);
        cpu.Store(Count, 7);
        cpu.Time.AdvanceTo(40 * TickNs);
        Assert.Equal((0u, 0u), (Look(cpu), cpu.Load(Control) & 1));
    }

    [Fact]
    public void Armv6_M_has_none()
    {
        using var cpu = Reader("cortex-m0");
        cpu.Time.AdvanceTo(40 * TickNs);
        Assert.Equal(0u, Look(cpu));
    }

    [Fact]
    public void What_it_has_counted_is_saved_and_restored()
    {
        using var cpu = Reader();
        cpu.Store(Count, 1000);
        cpu.Time.AdvanceTo(20 * TickNs);
        var saved = new StateTree();
        cpu.Core.Save(saved);
        using var other = Reader(isOn: false);
        other.Time.AdvanceTo(20 * TickNs);
        other.Core.Restore(saved);
        other.Time.AdvanceTo(25 * TickNs);
        Assert.Equal(1025u, Look(other));
    }
}
