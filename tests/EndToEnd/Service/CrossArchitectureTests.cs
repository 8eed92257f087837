// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Machines;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>
/// One board of this architecture and one of ARM64, a real broker, and guests that notice the smallest difference: a counter of beats, a
/// checksum that is chained over memory, and floating point that checks itself. They move there and back while they run.
/// </summary>
public sealed class CrossArchitectureTests
{
    private const int Iterations = 200_000; // of floating point, some 20 s of a PC: long enough to be under way over both moves

    private static readonly string[] Guests = ["float", "blinky-counter", "checksum-chain"];

    [Arm64Fact]
    public async Task Guests_move_to_another_instruction_set_and_back_and_end_as_if_they_had_stayed()
    {
        using var folder = new TemporaryFolder();
        using var broker = new PrivateBroker();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var pocket = await RunningDaemon.StartAsync([BuiltTree.Path("eng/arm64.sh"), "run", Arm64FactAttribute.Daemon], "pocket", broker.Settings);
        Assert.Equal("arm64", (await pocket.Service.GetAsync("v1/health", ControlJson.Default.ServiceHealth, CancellationToken.None)).Architecture);
        foreach (var guest in (string[])["blinky-counter", "checksum-chain"]) await desk.DoAsync("vm", "create", Sample(guest), "--start");
        await desk.SaidAsync("checksum-chain", "step 512 ");
        await desk.KnowsAsync("pocket");
        await pocket.KnowsAsync("desk");
        await desk.DoAsync("vm", "create", FloatManifest(folder), "--start"); // last, as it comes to an end

        var there = await HearAllAsync(desk);
        await MoveAllAsync(desk, "pocket");
        await pocket.SaidAsync("checksum-chain", " sum ", times: 2);
        await pocket.SaidAsync("blinky-counter", "beat", times: 3);
        var back = await HearAllAsync(pocket);
        await MoveAllAsync(pocket, "desk");
        await desk.SaidAsync("checksum-chain", " sum ", times: 2);
        await desk.SaidAsync("blinky-counter", "beat", times: 3);
        await desk.SaidAsync("float", $"float {Iterations} ");

        Assert.True(Beats.AssertUnbroken(await JourneyAsync("blinky-counter")) >= 9);
        Chain.AssertUnbroken(await JourneyAsync("checksum-chain"));
        Assert.Contains($"float {Iterations} {FloatSum():x8} ok", await JourneyAsync("float"));

        // A line may begin on one board and end on the next.
        async Task<string[]> JourneyAsync(string guest)
        {
            var at = Array.IndexOf(Guests, guest);
            return (await there[at] + await back[at] + await desk.ConsoleTextAsync(guest)).Split("\r\n");
        }
    }

    [Arm64Fact]
    public async Task A_snapshot_of_one_architecture_goes_on_identically_on_the_other()
    {
        using var folder = new TemporaryFolder();
        await using var desk = await RunningDaemon.StartAsync();
        await using var pocket = await RunningDaemon.StartAsync([BuiltTree.Path("eng/arm64.sh"), "run", Arm64FactAttribute.Daemon], "pocket");
        foreach (var (from, to, file) in new[] { (desk, pocket, "there"), (pocket, desk, "back") })
        {
            var snapshot = Path.Combine(folder.Path, file);
            await from.DoAsync("vm", "create", Sample("checksum-chain"), "--start");
            await from.SaidAsync("checksum-chain", "step 512 ");
            await from.DoAsync("vm", "snapshot", "checksum-chain", "--output", snapshot);
            await from.DoAsync("vm", "rm", "checksum-chain", "--force");
            await to.DoAsync("vm", "create", Sample("checksum-chain"));
            await to.DoAsync("vm", "restore", "checksum-chain", "--input", snapshot);
            await to.DoAsync("vm", "resume", "checksum-chain");
            await to.SaidAsync("checksum-chain", " sum ", times: 2);
            Chain.AssertRight(await to.ConsoleAsync("checksum-chain"));
            await to.DoAsync("vm", "rm", "checksum-chain", "--force");
        }
    }

    private static string Sample(string guest) => BuiltTree.Guest(guest, $"{guest}.vm.yaml");

    // As raw bytes, since the word that says how long it runs is in no segment of the ELF file.
    private static string FloatManifest(TemporaryFolder folder)
    {
        const ulong start = 0x8000_0000;
        const int parameter = 0x800;
        var elf = FirmwareImage.Load(FirmwareImages.Kernel("float", 64));
        var image = new byte[elf.Segments.Max(segment => segment.Address + (ulong)segment.Bytes.Length) - start];
        foreach (var segment in elf.Segments) segment.Bytes.Span.CopyTo(image.AsSpan((int)(segment.Address - start)));
        BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(parameter), Iterations);
        File.WriteAllBytes(Path.Combine(folder.Path, "float.bin"), image);
        return folder.File("float.vm.yaml", "kind: VirtualMachine\nname: float\nmachine: virt-rv64\ncore: { isa: rv64gc }\nfirmware: float.bin\nmemory: 8Mi\n");
    }

    private static uint FloatSum()
    {
        var checksum = BenchKernelTests.PromisedChecksum("float");
        return Enumerable.Range(0, Iterations).Aggregate(0u, (sum, _) => unchecked((BitOperations.RotateLeft(sum, 5) ^ checksum) * 0x9e37_79b1));
    }

    private static Task<Task<string>[]> HearAllAsync(RunningDaemon daemon) => Task.WhenAll(Guests.Select(daemon.HearAsync));

    private static async Task MoveAllAsync(RunningDaemon from, string board)
    {
        foreach (var guest in Guests) await from.DoAsync("move", guest, board);
    }
}
