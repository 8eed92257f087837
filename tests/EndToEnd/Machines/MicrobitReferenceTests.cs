// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>Our <c>microbit</c> beside QEMU's: the same firmware is asked the same lines and says the same, also of the part's registers.</summary>
/// <remarks>
/// Left out is what QEMU 7.2 does not have (clock, GPIOTE, PPI, RTC, ADC, TEMP, SPI, what hangs on the I2C bus, the RAM's size and the identity in FICR) or has
/// otherwise than the reference manual: a timer's prescaler is 0 after its reset, its compare registers are cut to the timer's width,
/// and a store to flash that the NVMC has not allowed is lost, where here it is a bus fault.
/// </remarks>
public sealed class MicrobitReferenceTests
{
    private const string Firmware = "/usr/share/firmware-microbit-micropython/firmware.hex";
    private const string Prompt = "\n>>> ";

    private static readonly string[] Lines =
    [
        "2 ** 100, 1 / 3, 7 // -2, 7 % -2",
        "'abc'[::-1]",
        "'%s %r %.3f %x' % ('a', 'b', 2.5, 255)",
        "sorted({'b': 1, 'a': 2}.items()), [x * x for x in range(9)]",
        "{}['x']",
        "1 // 0",
        "f = lambda n: n if n < 2 else f(n - 1) + f(n - 2)",
        "f(6)",
        "f(15)", // too deep
        "from microbit import *",
        "import machine, random, music, speech, neopixel, radio",
        "Image.HEART, str(Image('90009:09090'))",
        "display.show('A'); display.get_pixel(2, 0)",
        "button_a.is_pressed(), button_b.was_pressed()",
        "dir(machine), dir(display)",
        "m = machine.mem32",
        "def h(*a): return [hex(m[x]) for x in a]\r",
        "def w(a, v, *more): m[a] = v; more and w(*more)\r",
        "h(0x10000010, 0x10000014, 0x10000080)", // FICR
        "h(0x10001000, 0x10001004, 0x10001014, 0x10001080)", // UICR
        "U = 0x40002000; h(U + 0x300, U + 0x304, U + 0x308)", // UART
        "h(U + 0x480, U + 0x508, U + 0x50c, U + 0x510, U + 0x514)",
        "h(U + 0x524, U + 0x56c)",
        "display.off(); P = 0x50000000; h(P + 0x514)", // GPIO
        "h(P + 0x700, P + 0x708, P + 0x734, P + 0x744, P + 0x768)",
        "w(P + 0x50c, -1, P + 0x508, 3); h(P + 0x504, P + 0x508)",
        "w(P + 0x518, 5, P + 0x51c, 1); h(P + 0x514, P + 0x700)",
        "w(P + 0x700, 13); h(P + 0x700, P + 0x514, P + 0x510)[:2]",
        "h(0x40008504, 0x40008508, 0x40008510)", // TIMER0
        "T = 0x4000a000; w(T + 4, 1, T + 12, 1, T + 0x508, 1)", // TIMER2
        "w(T + 0x510, 4, T + 0x540, 50); w(T + 0x200, 1, T, 1)",
        "sleep(50); w(T + 4, 1, T + 0x44, 1); m[T + 0x140]", // compared
        "w(T + 0x504, 1, T + 12, 1, T, 1); w(T + 8, 1, T + 8, 1)",
        "w(T + 0x48, 1); m[T + 0x548], m[T + 0x200], m[T + 0x508]", // counted
        "w(T + 0x304, 0x30000); h(T + 0x304, T + 0x308)",
        "w(T + 0x308, 0x10000, T + 0x540, 0x12); h(T + 0x304, T + 0x540)",
        "R = 0x4000d000; h(R + 0x200, R + 0x300, R + 0x504)", // RNG
        "w(R + 4, 1, R + 0x100, 0); sleep(5); m[R + 0x100]",
        "w(R, 1); sleep(5); m[R + 0x100], 0 <= m[R + 0x508] < 256",
        "w(R + 0x200, 15, R + 0x304, 15); h(R + 0x200, R + 0x300)",
        "w(R + 0x308, 15, R + 0x504, 15); h(R + 0x304, R + 0x504)",
        "N = 0x4001e000; h(N + 0x400, N + 0x504)", // NVMC
        "w(N + 0x504, 2, N + 0x508, 0x3f000); h(0x3f000, N + 0x504)",
        "w(N + 0x504, 1, 0x3f000, 0x1234, 0x3f000, 0x0ff0); h(0x3f000)",
        "w(N + 0x504, 2, N + 0x508, 0x3f000, N + 0x504, 0); h(0x3f000)",
    ];

    [FactWithFile(Firmware, QemuMicrobit.Program)]
    public async Task The_same_lines_get_the_same_answers_as_in_QEMU()
    {
        using var ours = new OurMachine("microbit", Firmware, new TestPorts());
        using var theirs = new QemuMicrobit(Firmware);
        await ours.ConverseAsync((">>> ", ""));
        await theirs.HearAsync(">>> ");
        var differences = new List<string>();
        foreach (var line in Lines)
        {
            var (expected, actual) = (await theirs.AskAsync(line, Prompt), await ours.AskAsync(line, Prompt));
            if (actual != expected) differences.Add($"QEMU: {expected}\nhere: {actual}");
        }
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }
}
