// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>
/// A guest on one of our machines as the service builds it: the committed machine description, the
/// installed plugins, the runtime. Its time is deterministic and unpaced, so that a guest that sleeps costs no real time.
/// </summary>
internal sealed class OurMachine : IDisposable
{
    private const uint ParametersBase = 0x8000_0800;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4); // only what hangs takes so long, whatever else the host has to do
    private readonly PluginRepository _plugins = new(Installation.PluginFolders);
    private readonly VmScheduler _scheduler = new(workers: 1);
    private readonly TestPorts _ports;
    private readonly StringBuilder _heard = new();
    private long _position;
    private int _told;

    public OurMachine(int bits, string elf, TestPorts? ports = null, string? isa = null, params (int Index, uint Value)[] parameters)
        : this(
            Manifest($"virt-rv{bits}", elf) with
            {
                MemoryBytes = 16 << 20,
                CoreOptions = isa is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["isa"] = isa },
            },
            ports,
            parameters)
    {
    }

    /// <summary>A machine that says itself how much memory it has.</summary>
    public OurMachine(string machine, string firmware, TestPorts? ports = null, params (string Name, string Value)[] coreOptions)
        : this(Manifest(machine, firmware) with { CoreOptions = coreOptions.ToDictionary(option => option.Name, option => option.Value) }, ports, [])
    {
    }

    private OurMachine(VirtualMachineDescription manifest, TestPorts? ports, (int Index, uint Value)[] parameters)
    {
        _ports = ports ?? new TestPorts();
        var machine = new MachineLibrary(Installation.MachineFolders).Load(manifest.Machine).Machine;
        var blueprint = MachineBlueprint.From(machine, manifest, MachineBlueprint.LoadFirmware(machine, manifest.Firmware)) with
        {
            Clock = new ClockSettings { Mode = ClockMode.Deterministic, Paced = false },
            Images = [.. parameters.Select(Word)],
        };
        Vm = VirtualMachineBuilder.From(blueprint, _scheduler, new PluginCatalog(_plugins)).Ports(_ports).Build();
    }

    public VirtualMachine Vm { get; }

    /// <summary>Boots an image and gives what came out of its UART until it powered off.</summary>
    public static string Run(int bits, string elf, params (int Index, uint Value)[] parameters)
    {
        using var machine = new OurMachine(bits, elf, parameters: parameters);
        return machine.RunToEnd();
    }

    /// <summary>Starts it when that was not done yet, and gives what came out of its UART until it powered off.</summary>
    public string RunToEnd()
    {
        if (Vm.State == VmState.Created) Vm.Start();
        var status = Vm.WaitForAsync(status => status.State is VmState.Stopped or VmState.Faulted).WaitAsync(Patience).GetAwaiter().GetResult();
        Listen();
        Assert.True(status.State == VmState.Stopped, $"{status}; heard: {_heard}");
        return _heard.ToString();
    }

    public int? ExitCode => Vm.Status.ExitCode;

    /// <summary>Types each line when the text it waits for has come.</summary>
    public async Task ConverseAsync(params (string WaitFor, string Type)[] script)
    {
        if (Vm.State == VmState.Created) Vm.Start();
        using var patience = new CancellationTokenSource(Patience);
        Vm.StatusChanged += (_, status) =>
        {
            if (status.State == VmState.Faulted) patience.Cancel();
        };
        foreach (var (waitFor, type) in script)
        {
            await ListenForAsync(waitFor, patience.Token).ContinueWith(
                heard => Assert.True(heard.IsCompletedSuccessfully, $"'{waitFor}' did not come; {Vm.Status}; heard: {_heard}"), TaskScheduler.Default);
            await _ports.Console.WriteAsync(Encoding.ASCII.GetBytes(type), patience.Token);
        }
    }

    /// <summary>Types a line at a prompt and gives what came until the next prompt.</summary>
    public async Task<string> AskAsync(string line, string prompt)
    {
        var from = _heard.Length;
        await ConverseAsync(("", line + "\r"));
        await ConverseAsync((prompt, ""));
        return _heard.ToString(from, _heard.Length - from);
    }

    /// <summary>What came since the last look, up to and with a text; it is waited for.</summary>
    public async Task<string> HearAsync(string end)
    {
        if (Vm.State == VmState.Created) Vm.Start();
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var at = _heard.ToString(_told, _heard.Length - _told).IndexOf(end, StringComparison.Ordinal);
            if (at >= 0)
            {
                var text = _heard.ToString(_told, at + end.Length);
                _told += text.Length;
                return text;
            }
            await _ports.Console.WaitForOutputAsync(_position, patience.Token);
            Listen();
        }
    }

    public void Dispose()
    {
        Vm.Dispose();
        _scheduler.Dispose();
        _plugins.Dispose();
    }

    // Looks only at what came after the last text it found.
    private async Task ListenForAsync(string text, CancellationToken cancellation)
    {
        var from = _heard.Length;
        while (!_heard.ToString(from, _heard.Length - from).Contains(text, StringComparison.Ordinal))
        {
            await _ports.Console.WaitForOutputAsync(_position, cancellation);
            Listen();
        }
    }

    private void Listen()
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (_ports.Console.Read(ref _position, buffer) is var count and > 0) _heard.Append(Encoding.ASCII.GetString(buffer[..count]));
    }

    private static VirtualMachineDescription Manifest(string machine, string firmware) =>
        new() { Name = Path.GetFileNameWithoutExtension(firmware), Machine = machine, Firmware = firmware };

    private static FirmwareSegment Word((int Index, uint Value) parameter)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, parameter.Value);
        return new FirmwareSegment(ParametersBase + 4 * (uint)parameter.Index, bytes);
    }
}
