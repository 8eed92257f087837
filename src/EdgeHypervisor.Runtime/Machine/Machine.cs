// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>The parts of a built machine. It has no life of its own: its VM gives it turns, resets and saves it.</summary>
internal sealed class Machine : IDisposable
{
    private readonly IDisposable[] _leases;

    public Machine(
        MachineBlueprint blueprint, GuestMemory memory, SystemBus bus, GuestClock clock,
        MachinePart<ICore>[] cores, MachinePart<IDevice>[] devices, IDisposable[] leases)
    {
        Blueprint = blueprint;
        Memory = memory;
        Bus = bus;
        Clock = clock;
        Cores = cores;
        Devices = devices;
        _leases = leases;
    }

    public MachineBlueprint Blueprint { get; }

    public GuestMemory Memory { get; }

    public SystemBus Bus { get; }

    public GuestClock Clock { get; }

    public MachinePart<ICore>[] Cores { get; }

    public MachinePart<IDevice>[] Devices { get; }

    /// <summary>Where its wires end.</summary>
    public InterruptInput[] Inputs { get; init; } = [];

    /// <summary>Where the ports of its devices lead.</summary>
    public IPortProvider? Ports { get; init; }

    /// <summary>Its device tree, loaded at each reset; null without one.</summary>
    public DeviceTreeImage? DeviceTree { get; init; }

    /// <summary>Cores and devices, in the order in which they are saved.</summary>
    public IEnumerable<(ComponentInfo Info, ISnapshottable State)> Components =>
        Cores.Select(core => (core.Info, (ISnapshottable)core.Part)).Concat(Devices.Select(device => (device.Info, (ISnapshottable)device.Part)));

    /// <summary>Whether its cores, which are all of one plugin, have memory to give back.</summary>
    public bool IsTrimmable => Cores[0].Part is ITrimmable;

    /// <summary>Whether a device is in the middle of something with the outside world.</summary>
    public bool IsInTransaction => Devices.Any(device => device.Part.InTransaction);

    /// <summary>How often the guest reached each device.</summary>
    public IReadOnlyList<DeviceAccesses> Accesses =>
        [.. Bus.Windows.Select(window => new DeviceAccesses(window.Component.Name, window.Reads, window.Writes, window.Unassigned.Count))];

    /// <summary>Programs the flash, loads the rest of the firmware into memory, and resets: the first power-on.</summary>
    /// <exception cref="MachineException">Something of the firmware lies outside memory.</exception>
    public void PowerOn()
    {
        LoadFirmware(flashToo: true);
        ResetParts();
    }

    /// <summary>
    /// Loads the firmware, and brings devices and cores back to their state after power-on. RAM beside the firmware keeps
    /// what it holds, and so does all flash, which the guest may have programmed anew.
    /// </summary>
    public void Reset()
    {
        LoadFirmware(flashToo: false);
        ResetParts();
    }

    private void ResetParts()
    {
        Clock.ClearTimers();
        foreach (var device in Devices) Reset(device);
        for (var i = 0; i < Cores.Length; i++)
        {
            ulong[] arguments = [(ulong)i, DeviceTree?.Tree.Address ?? Blueprint.BootArgument, DeviceTree?.NextStage?.Address ?? 0];
            Cores[i].IsWaiting = false;
            Cores[i].Part.Reset(Blueprint.Firmware?.Entry ?? Memory.Regions[0].Start, arguments);
        }
    }

    /// <summary>Has its cores give back memory while the guest sleeps.</summary>
    public void Trim()
    {
        foreach (var core in Cores) (core.Part as ITrimmable)?.Trim();
    }

    /// <summary>Frees cores, devices, memory and plugins, in that order, whatever one of them throws.</summary>
    public void Dispose()
    {
        foreach (var core in Cores) Free(core.Part);
        foreach (var device in Devices)
        {
            if (device.Part is IDisposable disposable) Free(disposable);
        }
        Memory.Dispose();
        foreach (var lease in _leases) Free(lease);
    }

    private static void Reset(MachinePart<IDevice> device)
    {
        try
        {
            device.Part.Reset();
        }
        catch (Exception exception) when (exception is not PluginFaultException)
        {
            throw new PluginFaultException(device.Info, "reset", exception);
        }
    }

    // A plugin that cannot clean up must not keep the rest from being freed; its VM is gone anyway.
    private static void Free(IDisposable part)
    {
        try
        {
            part.Dispose();
        }
        catch (Exception)
        {
            // Nothing is left that could be told or paused.
        }
    }

    // A guest that resets itself has it loaded again each time: not more of it than there is memory.
    private void LoadFirmware(bool flashToo)
    {
        var segments = Blueprint.Firmware?.Segments ?? [];
        var lengthBytes = 0L;
        for (var i = 0; i < segments.Count; i++) lengthBytes += segments[i].Bytes.Length;
        if ((ulong)lengthBytes > Memory.TotalBytes) throw new MachineException(Blueprint.Firmware!.Source, $"its {segments.Count} segments have {lengthBytes} bytes, all memory has {Memory.TotalBytes}");
        for (var i = 0; i < segments.Count; i++)
        {
            if (flashToo || !Memory.IsFlash(segments[i].Address)) Load(Blueprint.Firmware!.Source, segments[i]);
        }
        for (var i = 0; i < Blueprint.Images.Count; i++) Load("image", Blueprint.Images[i]);
        if (DeviceTree is not { } tree) return;
        Load("device tree", tree.Tree);
        if (tree.NextStage is { } next) Load("device tree", next);
    }

    private void Load(string source, FirmwareSegment segment)
    {
        if (!Memory.TryProgram(segment.Address, segment.Bytes.Span)) throw LiesOutside(source, segment);
    }

    private MachineException LiesOutside(string source, FirmwareSegment segment)
    {
        var regions = string.Join(", ", Memory.Layout.Select(region => $"{region.Name} 0x{region.Start:x}..0x{region.Start + region.LengthBytes - 1:x}"));
        return new MachineException(source, $"{segment.Bytes.Length} bytes at 0x{segment.Address:x} lie outside memory ({regions})");
    }
}
