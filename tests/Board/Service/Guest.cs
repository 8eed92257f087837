// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.BoardTests;

/// <summary>A VM that runs <c>pin-tester</c>, spoken to over its console. Gone when disposed.</summary>
internal sealed class Guest : IAsyncDisposable
{
    private readonly List<string> _lines = [];
    private readonly CancellationTokenSource _end = new();
    private TaskCompletionSource _heard = NewSignal(); // done and replaced with each line
    private Stream? _console;
    private Task _reading = Task.CompletedTask;

    private Guest(string name) => Name = name;

    public string Name { get; }

    /// <summary>Makes one and waits for its greeting.</summary>
    /// <param name="name">The VM's name.</param>
    /// <param name="map">The lines of its manifest's map.</param>
    public static Task<Guest> StartAsync(string name, params string[] map) =>
        StartWithMemoryAsync(name, "1Mi", map);

    public static async Task<Guest> StartWithMemoryAsync(string name, string memory, params string[] map)
    {
        var guest = new Guest(name);
        var lines = map.Length == 0 ? "" : "map:\n" + string.Join('\n', map.Select(line => "  " + line));
        var manifest = $"kind: VirtualMachine\nname: {name}\nmachine: virt-rv64\nfirmware: /srv/firmware/pin-tester-rv64.elf\nmemory: {memory}\n{lines}\n";
        await Service.Control.SendAsync(
            HttpMethod.Post, "v1/vms", new VmCreateRequest(manifest, $"/srv/firmware/{name}.vm.yaml", Start: true),
            ControlJson.Default.VmCreateRequest, ControlJson.Default.VmSummary, CancellationToken.None);
        await guest.AttachAsync();
        await guest.SaidAsync("pin-tester on rv64");
        return guest;
    }

    /// <summary>Attaches to its console, again after a restart of the service.</summary>
    public async Task AttachAsync()
    {
        await DetachAsync();
        lock (_lines) _lines.Clear();
        _console = await Service.Control.UpgradeAsync($"v1/vms/{Name}/console", ControlSocket.ConsoleProtocol, _end.Token);
        _reading = ReadAsync(_console);
    }

    /// <summary>Gives a command and returns the answer to it, which must be good: what follows "ok".</summary>
    public async Task<string> DoAsync(string command)
    {
        var answer = await AskPatientlyAsync(command);
        Assert.True(answer == "ok" || answer.StartsWith("ok ", StringComparison.Ordinal), $"{Name}: '{command}' was answered '{answer}'");
        return answer.Length > 3 ? answer[3..] : "";
    }

    /// <summary>Gives a command and returns its answer, "ok …" or "error …".</summary>
    public async Task<string> AskAsync(string command)
    {
        var before = Answers().Count;
        await SayAsync(command);
        await HeardAsync(() => Answers().Count > before, $"{Name} answers '{command}'");
        return Answers()[before];
    }

    /// <summary>Gives a command and returns its answer. A guest gives up on a bus after a second, which a slow machine may need: then it is asked again.</summary>
    public async Task<string> AskPatientlyAsync(string command)
    {
        string answer;
        do answer = await AskAsync(command);
        while (answer == "error timeout");
        return answer;
    }

    /// <summary>Types a command that has no answer.</summary>
    public async Task SayAsync(string command) => await _console!.WriteAsync(Encoding.ASCII.GetBytes(command + "\n"), _end.Token);

    /// <summary>Everything it has said since it was attached to.</summary>
    public IReadOnlyList<string> Lines
    {
        get { lock (_lines) return [.. _lines]; }
    }

    /// <summary>The edges that it has told, in order.</summary>
    public IReadOnlyList<GuestEdge> Edges => [.. Lines.Where(line => line.StartsWith("edge ", StringComparison.Ordinal)).Select(GuestEdge.Parse)];

    public Task SaidAsync(string text) => HeardAsync(() => Lines.Any(line => line.Contains(text, StringComparison.Ordinal)), $"{Name} says '{text}'");

    /// <summary>Waits until so many edges are told.</summary>
    public Task HasToldAsync(int edges) => HeardAsync(() => Edges.Count >= edges, $"{Name} tells edge {edges}");

    /// <summary><c>pause</c>, <c>resume</c>, <c>stop</c>, …</summary>
    public Task VerbAsync(string verb) => Service.Control.PostAsync($"v1/vms/{Name}/{verb}", ControlJson.Default.VmSummary, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await DetachAsync();
        _end.Dispose();
        try
        {
            await Service.Control.DoAsync(HttpMethod.Delete, $"v1/vms/{Name}?force=true", CancellationToken.None);
        }
        catch (ControlException e) when (e.IsUnreachable)
        {
            // The test has failed already, by what took the service away.
        }
    }

    private async Task DetachAsync()
    {
        if (_console is null) return;
        await _console.DisposeAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _console = null;
    }

    private List<string> Answers() =>
        [.. Lines.Where(line => line == "ok" || line.StartsWith("ok ", StringComparison.Ordinal) || line.StartsWith("error", StringComparison.Ordinal))];

    private async Task ReadAsync(Stream console)
    {
        using var reader = new StreamReader(console, leaveOpen: true);
        while (await reader.ReadLineAsync(_end.Token) is { } line)
        {
            TaskCompletionSource heard;
            lock (_lines)
            {
                _lines.Add(line.TrimEnd());
                (heard, _heard) = (_heard, NewSignal());
            }
            heard.SetResult();
        }
    }

    // Looks again with each line that it says.
    private async Task HeardAsync(Func<bool> isSo, string what)
    {
        var limit = Task.Delay(Patience.Limit);
        while (true)
        {
            Task heard;
            lock (_lines) heard = _heard.Task;
            if (isSo()) return;
            if (await Task.WhenAny(heard, limit) == limit) await Patience.FailAsync($"{what}; it said: {string.Join(" / ", Lines)}");
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
