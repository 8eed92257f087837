// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>What the pins of both boards do when a guest that drives them moves.</summary>
public class HandoverLevelTests
{
    private const string Vm = "mover";

    [TheoryWithTool("mosquitto")]
    [InlineData("pocket")]
    public async Task The_pins_that_are_left_hold_or_go_to_their_safe_level_and_the_others_are_as_the_guest_says(string destination)
    {
        using var broker = new PrivateBroker();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var pocket = await RunningDaemon.StartAsync(destination, broker.Settings);
        using var folder = new TemporaryFolder();
        var manifest = folder.File("mover.vm.yaml",
            $$"""
            kind: VirtualMachine
            name: {{Vm}}
            machine: virt-rv64
            firmware: {{BuiltTree.Guest("pin-tester", "pin-tester-rv64.elf")}}
            memory: 1Mi
            map:
              gpio0/3: { to: relay1, onHandover: hold }
              gpio0/4: { to: relay2, onHandover: safe, safe: low }
              gpio0/5: { to: led1, onHandover: safe, safe: high }
              gpio0/6: { to: led2, onHandover: safe, safe: input }
            """);
        await desk.DoAsync("vm", "create", manifest, "--start");
        await desk.SaidAsync(Vm, "pin-tester");
        await DriveAsync(desk, "high high low high", "out 3 1", "out 4 1", "out 5 0", "out 6 1");
        Assert.Equal("low low low low", await LevelsAsync(pocket));

        await desk.CanMoveAsync(Vm, destination);
        await desk.DoAsync("move", Vm, destination);

        await desk.UntilAsync(async () => await LevelsAsync(desk) == "high low high low", "what the guest has left holds or is at its safe level");
        await pocket.UntilAsync(async () => await LevelsAsync(pocket) == "high high low high", "the guest's levels are on its new board");
        var changes = await desk.ObservedAsync("relay1", "changes");
        await DriveAsync(pocket, "low high high high", "out 3 0", "out 5 1");
        Assert.Equal(("high low high low", changes), (await LevelsAsync(desk), await desk.ObservedAsync("relay1", "changes")));
    }

    // Types commands, and waits until the pins are as they say.
    private static async Task DriveAsync(RunningDaemon board, string levels, params string[] commands)
    {
        await using var console = await board.Service.UpgradeAsync($"v1/vms/{Vm}/console", ControlSocket.ConsoleProtocol, CancellationToken.None);
        foreach (var command in commands) await console.WriteAsync(Encoding.ASCII.GetBytes(command + "\n"));
        await board.UntilAsync(async () => await LevelsAsync(board) == levels, $"the pins are {levels}");
    }

    private static async Task<string> LevelsAsync(RunningDaemon board) =>
        string.Join(' ', await Task.WhenAll(new[] { "relay1", "relay2", "led1", "led2" }.Select(role => board.ObservedAsync(role, "level"))));
}
