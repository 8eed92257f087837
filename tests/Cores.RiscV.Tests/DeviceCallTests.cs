// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>Translated code asks devices without leaving, and nobody can tell.</summary>
public sealed class DeviceCallTests
{
    private const long Slice = 20_000;
    private const ulong Handler = GuestRam.Start + 0x400;

    [Theory]
    [InlineData("rv64imac")]
    [InlineData("rv32imac")]
    public void Devices_see_the_same_accesses_at_the_same_instructions(string isa)
    {
        using var interpreted = BusyWithDevice(isa, "interpreter");
        using var translated = BusyWithDevice(isa, "translator");
        RunUntilTranslated(translated, interpreted);

        foreach (var hart in new[] { interpreted, translated })
        {
            hart.Devices.Writes.Clear();
            hart.Devices.RetiredAtAccess.Clear();
        }
        var stale = 0;
        translated.Devices.Written = (_, value) => stale += translated[T0] != value ? 1 : 0; // its register is in a local of the code
        interpreted.Core.Run(Slice);
        translated.Core.Run(Slice);

        Assert.True(stale > 1000, $"only {stale} stores were made from inside of translated code");
        Assert.Equal(interpreted.Devices.Writes, translated.Devices.Writes);
        Assert.Equal(interpreted.Devices.RetiredAtAccess, translated.Devices.RetiredAtAccess);
        Assert.Equal(StateOf(interpreted), StateOf(translated));
    }

    [Fact]
    public void An_interrupt_that_a_store_raises_is_taken_behind_that_very_store()
    {
        using var interpreted = BusyWithDevice("rv64imac", "interpreter");
        using var translated = BusyWithDevice("rv64imac", "translator");
        RunUntilTranslated(translated, interpreted);
        foreach (var hart in new[] { interpreted, translated })
        {
            hart.Load(Handler, Csrrs(A3, CsrAddress.Mepc, Zero), Addi(A2, A2, 1), Sb(Zero, A0, 0x40), Mret);
            (hart.Core.State.Mtvec, hart.Core.State.Mie) = (Handler, 1UL << Interrupt.MachineExternal);
            hart.Core.State.Mstatus |= Status.Mie;
            var line = hart.Core.FindInput("meip")!;
            hart.Devices.Written = (address, value) => line.Drive(address != RecordingBus.Device + 0x40 && value % 5 == 0);
            hart.Core.Run(Slice);
        }
        Assert.True(translated[A2] > 500, $"{translated[A2]} interrupts");
        Assert.Equal(StateOf(interpreted), StateOf(translated));
    }

    [Fact]
    public void A_device_access_that_has_nothing_behind_it_any_more_traps_as_ever()
    {
        using var interpreted = BusyWithDevice("rv64imac", "interpreter");
        using var translated = BusyWithDevice("rv64imac", "translator");
        RunUntilTranslated(translated, interpreted);
        foreach (var hart in new[] { interpreted, translated })
        {
            hart.Core.State.Mtvec = Handler;
            hart.Load(Handler, Jal(Zero, 0));
            hart[A0] = 0x2000_0000; // the same instructions, elsewhere
            hart.Core.Run(Slice);
        }
        Assert.Equal((ulong)Cause.StoreAccessFault, translated.Core.State.Mcause);
        Assert.Equal(StateOf(interpreted), StateOf(translated));
    }

    // Counts in t0, stores the count in a device, reads two registers of it back, one of them a byte with a sign.
    private static TestHart BusyWithDevice(string isa, string engine)
    {
        var hart = new TestHart(options: new Dictionary<string, string> { ["isa"] = isa, ["engine"] = engine });
        hart.Load(
            Lui(A0, 0x10000),
            Addi(T0, T0, 1), // loop
            Sw(T0, A0, 4),
            I(0x03, 0, T1, A0, 4), // lb
            Lw(T2, A0, 4),
            Add(A1, A1, T1),
            Add(A1, A1, T2),
            Sw(T0, A0, 8),
            Jal(Zero, -28));
        return hart;
    }

    private static void RunUntilTranslated(TestHart translated, TestHart interpreted)
    {
        var deadline = DateTime.UtcNow.AddMinutes(4);
        while (translated.Core.Translator!.OptimisedCount == 0)
        {
            Assert.True(DateTime.UtcNow < deadline, $"nothing was translated: {translated.Core.Translator.Failure}");
            Assert.Equal(Slice, translated.Core.Run(Slice).Instructions);
            Assert.Equal(Slice, interpreted.Core.Run(Slice).Instructions);
        }
        Assert.Equal(StateOf(interpreted), StateOf(translated));
    }

    private static string StateOf(TestHart hart)
    {
        var state = new StateTree();
        hart.Core.Save(state);
        return state.ToString();
    }
}
