// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary><c>ehv board scan</c> with the installed plugins, on a folder that looks like a board's <c>/</c>.</summary>
public class ScanTests
{
    [Fact]
    public async Task What_a_board_has_becomes_a_file_that_the_reader_takes()
    {
        using var folder = new TemporaryFolder();
        Put(folder, "proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0");
        Put(folder, "sys/class/leds/ACT/trigger", "none [mmc0]\n");
        Put(folder, "dev/spidev0.1", "");
        var file = Path.Combine(folder.Path, "board.yaml");

        var ran = await Ehv.RunAsync("board", "scan", "--root", folder.Path, "--name", "Bench 1", "-o", file);

        Assert.Equal((0, $"{file}: 2 peripherals\n"), (ran.ExitCode, ran.Output));
        var board = DescriptionReader.ReadBoard(file);
        Assert.Equal(("bench-1", "Raspberry Pi 4 Model B Rev 1.4"), (board.Name, board.Model));
        Assert.Equal([("act", "linux.led"), ("spi0-1", "linux.spi")], board.Peripherals.Select(peripheral => (peripheral.Role, peripheral.Driver)).Order());

        var again = await Ehv.RunAsync("board", "scan", "--root", folder.Path, "-o", file);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("is there already", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_or_a_pipe_that_is_named_as_the_file_gets_the_draft_and_stays_what_it_is()
    {
        using var folder = new TemporaryFolder();
        Put(folder, "sys/class/leds/ACT/trigger", "none [mmc0]\n");

        var piped = await Ehv.RunAsync("board", "scan", "--root", folder.Path, "-o", "/dev/stdout");
        var dropped = await Ehv.RunAsync("board", "scan", "--root", folder.Path, "-o", "/dev/null");

        Assert.Equal((0, 0), (piped.ExitCode, dropped.ExitCode));
        Assert.StartsWith("# ", piped.Output, StringComparison.Ordinal);
        Assert.Contains("kind: Board", piped.Output, StringComparison.Ordinal);
        Assert.Equal("/dev/null: 1 peripherals\n", dropped.Output);
        Assert.Empty(await File.ReadAllBytesAsync("/dev/null"));
    }

    [Fact]
    public async Task For_programs_it_is_said_as_JSON()
    {
        using var folder = new TemporaryFolder();
        Put(folder, "proc/device-tree/model", "Bench\0");
        Put(folder, "sys/class/leds/ACT/trigger", "none [mmc0]\n");

        var ran = await Ehv.RunAsync("board", "scan", "--root", folder.Path, "--format", "json");

        Assert.Equal(0, ran.ExitCode);
        using var scan = JsonDocument.Parse(ran.Output);
        Assert.Equal("Bench", scan.RootElement.GetProperty("model").GetString());
        var led = Assert.Single(scan.RootElement.GetProperty("peripherals").EnumerateArray());
        Assert.Equal(("linux.led", "ACT"), (led.GetProperty("driver").GetString(), led.GetProperty("options").GetProperty("name").GetString()));
    }

    private static void Put(TemporaryFolder folder, string path, string text)
    {
        var full = Path.Combine(folder.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
