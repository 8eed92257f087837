// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>Debian's MicroPython for the micro:bit, unmodified, moved in the middle of a loop that blinks a light of the board.</summary>
public sealed partial class MicroPythonMoveTests
{
    private const string Firmware = "/usr/share/firmware-microbit-micropython/firmware.hex";
    private const string Vm = "micropython";

    [FactWithFile(Firmware)]
    public async Task A_loop_that_blinks_a_light_goes_on_counting_there_and_back_and_blinks_the_light_of_the_board_it_is_on()
    {
        if (!Tool.IsInstalled("mosquitto")) return;
        using var broker = new PrivateBroker();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var pocket = await RunningDaemon.StartAsync("pocket", broker.Settings);
        await desk.DoAsync("vm", "create", Path.Combine(FirmwareImages.RepositoryRoot, "eng", "Demo", "micropython.vm.yaml"), "--start");
        await desk.SaidAsync(Vm, ">>> ");
        await TypeAsync(desk, "from microbit import *");
        await TypeAsync(desk, "n = 0");
        await TypeAsync(desk, "while True: n += 1; pin0.write_digital(n % 2); print('blink', n); sleep(50)", "\r\r");
        await desk.SaidAsync(Vm, "blink 3");

        var last = 0;
        foreach (var (from, to, name) in new[] { (desk, pocket, "pocket"), (pocket, desk, "desk"), (desk, pocket, "pocket") })
        {
            await from.CanMoveAsync(Vm, name);
            var before = await BlinksAsync(from);
            Assert.Contains("stood still", await from.DoAsync("move", Vm, name), StringComparison.Ordinal);
            await to.UntilAsync(async () => await HasItAsync(to) && (await BlinksAsync(to)).Count >= 5, "it blinks there");
            var after = await BlinksAsync(to);
            Assert.True(after[0] > before[^1] && before[^1] > last, $"it said {before[^1]} before, {after[0]} after, and {last} before that");
            Assert.Equal(Enumerable.Range(after[0], after.Count), after);
            last = before[^1];
            foreach (var level in new[] { "high", "low", "high" })
                await to.UntilAsync(async () => await LightAsync(to) == level, $"the light of {name} is {level}");
        }
    }

    private static async Task TypeAsync(RunningDaemon daemon, string line, string end = "\r")
    {
        await daemon.UntilAsync(async () => (await daemon.ConsoleTextAsync(Vm)).EndsWith(">>> ", StringComparison.Ordinal), "it asks for a line");
        await daemon.TypeAsync(Vm, line, end);
    }

    private static async Task<bool> HasItAsync(RunningDaemon daemon) =>
        (await daemon.Service.GetAsync("v1/vms", ControlJson.Default.IReadOnlyListVmSummary, CancellationToken.None)).Any(vm => vm.State == "running");

    // Whole lines only: one may begin on one board and end on the next.
    private static async Task<IReadOnlyList<int>> BlinksAsync(RunningDaemon daemon) =>
        [.. (await daemon.ConsoleAsync(Vm)).SkipLast(1).Select(line => Blink().Match(line)).Where(blink => blink.Success).Select(blink => int.Parse(blink.Groups[1].Value, CultureInfo.InvariantCulture))];

    private static async Task<string> LightAsync(RunningDaemon daemon) =>
        (await daemon.Service.GetAsync("v1/board/peripherals/led2", ControlJson.Default.PeripheralInfo, CancellationToken.None)).Observed["level"];

    [GeneratedRegex("^blink ([0-9]+)$")]
    private static partial Regex Blink();
}
