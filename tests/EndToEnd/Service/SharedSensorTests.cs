// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>Two guests, one sensor: what the bus is asked for is what the guests ask for, no more and no less.</summary>
public class SharedSensorTests
{
    private static readonly string[] Guests = ["one", "two"];

    [Fact]
    public async Task No_transaction_of_two_guests_is_made_twice()
    {
        const int each = 100;
        await using var desk = await RunningDaemon.StartAsync("desk");
        using var folder = new TemporaryFolder();
        foreach (var name in Guests)
        {
            var manifest = folder.File($"{name}.vm.yaml",
                $$"""
                kind: VirtualMachine
                name: {{name}}
                machine: virt-rv64
                firmware: {{BuiltTree.Guest("pin-tester", "pin-tester-rv64.elf")}}
                memory: 1Mi
                map:
                  i2c0: { to: [bme280], access: shared }
                """);
            await desk.DoAsync("vm", "create", manifest, "--start");
            await desk.SaidAsync(name, "pin-tester");
            await using var console = await ConsoleAsync(desk, name);
            await console.WriteAsync("i2c read 0x76 0xd0 1\n"u8.ToArray());
            await desk.SaidAsync(name, "ok 60");
        }
        // Each guest's controller has asked once whether the address answers, since it must say so at once, and read once.
        Assert.Equal(2 * 2, await TransactionsAsync(desk));

        await using var one = await ConsoleAsync(desk, Guests[0]);
        await using var two = await ConsoleAsync(desk, Guests[1]);
        foreach (var console in new[] { one, two }) await console.WriteAsync(Encoding.ASCII.GetBytes($"i2c repeat 0x76 0xd0 {each}\n"));
        foreach (var name in Guests) await desk.SaidAsync(name, $"ok transactions {each} failed 0");

        Assert.Equal((2 * 2) + (2 * each), await TransactionsAsync(desk));
    }

    private static Task<Stream> ConsoleAsync(RunningDaemon board, string vm) =>
        board.Service.UpgradeAsync($"v1/vms/{vm}/console", ControlSocket.ConsoleProtocol, CancellationToken.None);

    private static async Task<long> TransactionsAsync(RunningDaemon board) =>
        (await board.Service.GetAsync("v1/board/activity", ControlJson.Default.IReadOnlyListPeripheralActivity, CancellationToken.None))
        .Single(peripheral => peripheral.Role == "bme280").Transactions;
}
