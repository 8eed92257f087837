// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Linux;

namespace EdgeHypervisor.BoardTests;

/// <summary>A VM that runs Debian's riscv64 kernel, with a shell at its console. Gone when disposed.</summary>
internal sealed class LinuxGuest : IAsyncDisposable
{
    private const string Name = "panel";
    private const string Folder = "/srv/firmware/"; // the service does not see where the tests are

    private readonly Stream _console;

    private LinuxGuest(Stream console)
    {
        _console = console;
        Tools = new GuestTools(Shell = new GuestShell(console, console));
    }

    public GuestShell Shell { get; }

    public GuestTools Tools { get; }

    /// <summary>Starts it and waits for its shell.</summary>
    /// <param name="map">The lines of its manifest's map.</param>
    public static async Task<LinuxGuest> StartAsync(params string[] map)
    {
        DebianGuest.WriteInitialFileSystem(Folder + "initrd", GuestTools.Programs, GuestTools.Modules);
        File.Copy(DebianGuest.Kernel, Folder + "Image", overwrite: true);
        var manifest =
            $$"""
            kind: VirtualMachine
            name: {{Name}}
            machine: virt-rv64
            memory: 128Mi
            clock: { mode: deterministic } # on a slow machine its kernel would be busy with the ticks of the host's clock
            boot: { kernel: Image, initrd: initrd, commandLine: "console=ttyS0 quiet" }
            map:
            {{string.Join('\n', map.Select(line => $"  {line}"))}}

            """;
        await Service.Control.SendAsync(
            HttpMethod.Post, "v1/vms", new VmCreateRequest(manifest, $"{Folder}{Name}.vm.yaml", Start: true),
            ControlJson.Default.VmCreateRequest, ControlJson.Default.VmSummary, CancellationToken.None);
        var guest = new LinuxGuest(await Service.Control.UpgradeAsync($"v1/vms/{Name}/console", ControlSocket.ConsoleProtocol, CancellationToken.None));
        await guest.Shell.WaitForPromptAsync();
        await guest.Shell.DoAsync("mount -t proc proc /proc");
        return guest;
    }

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        await Service.Control.DoAsync(HttpMethod.Delete, $"v1/vms/{Name}?force=true", CancellationToken.None);
    }
}
