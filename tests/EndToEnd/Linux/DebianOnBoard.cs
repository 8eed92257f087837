// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Service;

namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>A Debian guest on a simulated board of its own: its shell, and the outside of the board.</summary>
internal sealed class DebianOnBoard : IAsyncDisposable
{
    private const string Vm = "panel", Machine = "virt-rv64", Extended = "debian";
    private readonly TemporaryFolder _folder;
    private readonly Stream _console;

    private DebianOnBoard(TemporaryFolder folder, RunningDaemon board, Stream console)
    {
        (_folder, Board, _console) = (folder, board, console);
        Shell = new GuestShell(console, console);
    }

    public RunningDaemon Board { get; }

    public GuestShell Shell { get; }

    /// <summary>Starts it and waits for its shell.</summary>
    /// <param name="tools">Debian's programs that it has.</param>
    /// <param name="modules">Drivers that it loads beside the usual ones.</param>
    /// <param name="map">What its ports lead to, a line each.</param>
    /// <param name="devices">What its machine has beside those of virt-rv64, a line each.</param>
    public static async Task<DebianOnBoard> StartAsync(string[] tools, string[] modules, string[] map, params string[] devices)
    {
        var folder = new TemporaryFolder();
        if (devices.Length > 0) folder.File($"{Extended}.yaml", await ExtendAsync(devices));
        var board = await RunningDaemon.StartAsync([BuiltTree.Daemon, "--machines", folder.Path], "desk");
        DebianGuest.WriteInitialFileSystem(Path.Combine(folder.Path, "initrd"), tools, modules);
        var manifest = folder.File("panel.vm.yaml",
            $$"""
            kind: VirtualMachine
            name: {{Vm}}
            machine: {{(devices.Length > 0 ? Extended : Machine)}}
            memory: 128Mi
            boot: { kernel: {{DebianGuest.Kernel}}, initrd: initrd, commandLine: "console=ttyS0" }
            map:
            {{string.Join('\n', map.Select(line => $"  {line}"))}}

            """);
        await board.DoAsync("vm", "create", manifest, "--start");
        var guest = new DebianOnBoard(folder, board, await board.Service.UpgradeAsync($"v1/vms/{Vm}/console", ControlSocket.ConsoleProtocol, CancellationToken.None));
        await guest.Shell.WaitForPromptAsync();
        await guest.Shell.DoAsync("mount -t proc proc /proc");
        return guest;
    }

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        await Board.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<string> ExtendAsync(string[] devices)
    {
        var text = await File.ReadAllTextAsync(BuiltTree.Path($"boards/machines/{Machine}.yaml"));
        return text.Replace($"name: {Machine}", $"name: {Extended}", StringComparison.Ordinal) + string.Concat(devices.Select(device => $"  {device}\n"));
    }
}
