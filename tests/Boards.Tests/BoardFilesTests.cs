// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>The board files that come with the project.</summary>
public sealed class BoardFilesTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "boards");

    public static TheoryData<string> Boards() => [.. Directory.GetFiles(Folder, "*.yaml").Select(path => Path.GetFileName(path))];

    public static TheoryData<string> RealBoards() => [.. Directory.GetFiles(Folder, "raspberry-pi-*.yaml").Select(path => Path.GetFileName(path))];

    public static TheoryData<string> Machines() => [.. Directory.GetFiles(Path.Combine(Folder, "machines"), "*.yaml").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Boards))]
    public void A_board_is_called_as_its_file_and_draws_a_header_of_forty_pins(string file)
    {
        var board = Read(file);

        Assert.Equal(Path.GetFileNameWithoutExtension(file), board.Name);
        Assert.Equal(Enumerable.Range(1, 40), board.Header!.Pins.Select(pin => pin.Number));
        Assert.Equal(Enumerable.Range(0, 28), board.Header.Pins.Where(pin => pin.Line is not null).Select(pin => pin.Line!.Value).Order());
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void Every_line_is_on_the_pin_that_the_header_says(string file)
    {
        var board = Read(file);
        var pins = board.Header!.Pins.ToDictionary(pin => pin.Number);

        foreach (var line in board.Peripherals.Where(peripheral => peripheral.Driver.EndsWith(".gpio", StringComparison.Ordinal)))
            Assert.Equal((int)line.CreateOptions().GetInteger("line"), pins[Assert.Single(line.Pins)].Line);
    }

    [Theory]
    [MemberData(nameof(RealBoards))]
    public void A_real_board_has_every_role_of_the_simulated_one_that_it_can_have(string file)
    {
        // No Raspberry Pi has an analogue input; an EEPROM and a looped serial line are not part of a first wiring.
        var simulated = Read("simulated-pi.yaml").Peripherals.Select(peripheral => peripheral.Role).Except(["light1", "eeprom1", "serial1"]);

        Assert.Empty(simulated.Except(Read(file).Peripherals.Select(peripheral => peripheral.Role)));
    }

    [Theory]
    [MemberData(nameof(RealBoards))]
    public void Roles_of_a_real_board_are_on_the_pins_of_the_simulated_one(string file)
    {
        var simulated = Read("simulated-pi.yaml");

        foreach (var peripheral in Read(file).Peripherals)
        {
            if (simulated.Find(peripheral.Role) is { } twin) Assert.Equal(twin.Pins, peripheral.Pins);
        }
    }

    [Theory]
    [MemberData(nameof(RealBoards))]
    public void Every_peripheral_of_a_real_board_is_one_that_its_driver_takes(string file)
    {
        using var board = new Board(Read(file), new LinuxDrivers(), TimeProvider.System, _ => { });

        Assert.All(board.Status(), status => Assert.Null(status.Problem));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void The_machine_files_are_read_without_errors(string file)
    {
        var machine = DescriptionReader.ReadMachine(Path.Combine(Folder, "machines", file));

        Assert.Equal(Path.GetFileNameWithoutExtension(file), machine.Name);
    }

    [Fact]
    public void Everything_on_the_simulated_board_opens()
    {
        using var board = new Board(Read("simulated-pi.yaml"), new SimulatedDrivers(), TimeProvider.System, _ => { });

        board.OpenAll();

        Assert.All(board.Status(), status => Assert.True(status.IsOpen && status.IsSimulated && status.Problem is null, $"{status.Description.Role}: {status.Problem}"));
    }

    private static BoardDescription Read(string file) => DescriptionReader.ReadBoard(Path.Combine(Folder, file));
}
