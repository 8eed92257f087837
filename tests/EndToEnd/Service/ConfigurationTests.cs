// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>Settings are checked before anything starts, and every error says where it is.</summary>
public class ConfigurationTests
{
    [Theory]
    [InlineData("bord: x.yaml\n", "config.yaml:1:1: bord: unknown; did you mean 'board'?")]
    [InlineData("board: missing.yaml\n", "config.yaml:1:8: board: there is no file")]
    [InlineData("board: BOARD\ncheckpoint: often\n", "config.yaml:2:13: checkpoint: 'often' is not a time")]
    [InlineData("board: BOARD\nworkers: 0\n", "config.yaml:2:10: workers: '0' is not a whole number from 1 to 256")]
    [InlineData("board: BOARD\nplugins: [/no/such/folder]\n", "plugins: there is no folder '/no/such/folder'")]
    [InlineData("board: BOARD\nname: The Desk\n", "config.yaml:2:7: name: 'The Desk' is not a name")]
    [InlineData("board: BOARD\ntransport: { host: localhost }\n", "transport.plugin: missing")]
    [InlineData("board: BOARD\ntransport: { plugin: transport.pigeon }\n", "no plugin provides 'transport.pigeon'")]
    [InlineData("- a\n", "must be a mapping")]
    public async Task A_wrong_setting_is_told_with_its_place(string text, string error)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("config.yaml", text.Replace("BOARD", BuiltTree.Board, StringComparison.Ordinal));
        var ran = await DaemonProcess.RunAsync("--check", "--config", file, "--data", Path.Combine(folder.Path, "data"), "--socket", Path.Combine(folder.Path, "s"));
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains(error, ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--bord", "x", "--bord: unknown option")]
    [InlineData("--set", "speed=9", "--set speed: unknown setting")]
    [InlineData("--data", "", "--data: needs a value")]
    public async Task A_wrong_option_is_told_by_its_name(string option, string value, string error)
    {
        var ran = await DaemonProcess.RunAsync(option, value);
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains(error, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_board_file_that_names_what_this_host_does_not_have_is_told_with_its_place()
    {
        using var folder = new TemporaryFolder();
        var board = folder.File("board.yaml",
            """
            kind: Board
            name: bench
            peripherals:
              led1:   { driver: simulated.gpio, line: 23 }
              relay1: { driver: linux.gpio, chip: no-such-chip, line: 17 }
              bme280: { driver: linux.i2c, bus: 250, address: 0x76 }
              relay2: { driver: linux.gpio, chip: no-such-chip, lime: 22 }

            """);
        var ran = await DaemonProcess.RunAsync("--check", "--board", board, "--data", Path.Combine(folder.Path, "data"), "--socket", Path.Combine(folder.Path, "s"));
        Assert.Equal(1, ran.ExitCode);
        Assert.Contains($"{board}:5:", ran.Error, StringComparison.Ordinal);
        Assert.Contains("no-such-chip", ran.Error, StringComparison.Ordinal);
        Assert.Contains("there is no /dev/i2c-250", ran.Error, StringComparison.Ordinal);
        Assert.Contains("peripherals.relay2.l", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("led1", ran.Error, StringComparison.Ordinal);
        Assert.Contains("could not have 3 of the board's peripherals", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Right_settings_pass_the_check()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("config.yaml", $"board: {BuiltTree.Board}\nname: desk\ndata: data\nsocket: s\ncheckpoint: 30s\nlog: debug\n");
        var ran = await DaemonProcess.RunAsync("--check", "--config", file);
        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("fine", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("edge-hypervisord:", ran.Error, StringComparison.Ordinal);
    }
}
