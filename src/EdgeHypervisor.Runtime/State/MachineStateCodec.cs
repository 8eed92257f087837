// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// The state of a machine without its RAM: clock, cores and devices, each with its plugin and versions, in one CBOR map.
/// The same bytes on every host.
/// </summary>
/// <remarks>docs/state-format.md, "Machine state".</remarks>
internal static class MachineStateCodec
{
    /// <summary>The version of the frame; components have versions of their own.</summary>
    public const int FormatVersion = 1;

    private const string Frame = "the machine";

    /// <summary>Encodes a machine that stands still.</summary>
    /// <exception cref="StateException">A component cannot be saved.</exception>
    public static byte[] Save(Machine machine)
    {
        var cbor = CborStateWriter.NewCbor();
        CborStateWriter.WriteFields(Frame, cbor, frame =>
        {
            frame.Write("format", (ulong)FormatVersion);
            frame.WriteGroup("clock", machine.Clock.Save);
            if (machine.Ports?.SaveSeen() is { Length: > 0 } seen) frame.Write("seen", seen);
            frame.WriteList("memory", machine.Memory.Layout.Count, (region, i) => SaveRegion(region, machine.Memory.Layout[i]));
            var components = machine.Components.ToList();
            frame.WriteList("components", components.Count, (entry, i) => SaveComponent(entry, components[i].Info, components[i].State));
        });
        return cbor.Encode();
    }

    /// <summary>Finds out whether a state is one of such a machine; nothing is restored.</summary>
    /// <exception cref="StateException">The state is malformed, of another machine, or newer than its plugins.</exception>
    public static void RequireFits(Machine machine, ReadOnlyMemory<byte> state)
    {
        var frame = Open(state);
        CheckMemory(machine, frame.ReadList("memory", maximumCount: 64));
        Match(machine, frame.ReadList("components", maximumCount: 10_000));
    }

    /// <summary>Restores a machine of the same build. When it throws, the machine is in no useful state.</summary>
    /// <exception cref="StateException">The state is malformed, of another machine, or newer than its plugins.</exception>
    public static void Restore(Machine machine, ReadOnlyMemory<byte> state)
    {
        var frame = Open(state);
        CheckMemory(machine, frame.ReadList("memory", maximumCount: 64));
        var entries = Match(machine, frame.ReadList("components", maximumCount: 10_000));
        machine.Clock.ClearTimers();
        machine.Clock.Restore(frame.ReadGroup("clock"));
        foreach (var core in machine.Cores) core.IsWaiting = false;
        machine.Ports?.RestoreSeen(frame.ReadString("seen", fallback: ""));
        foreach (var (component, entry) in entries) RestoreComponent(component.Info, component.State, entry);
        // A device may drive its line before its controller has its state, or may have driven it all along: a wire tells only changes.
        foreach (var input in machine.Inputs) input.Repeat();
    }

    private static CborStateReader Open(ReadOnlyMemory<byte> state)
    {
        var frame = new CborStateReader(Frame, FormatVersion, state);
        var format = frame.ReadUInt64("format");
        return format == FormatVersion
            ? frame
            : throw frame.Error("format", $"version {format} is not one this service knows ({FormatVersion}): update it");
    }

    private static void SaveRegion(IStateWriter state, RegionLayout region)
    {
        state.Write("name", region.Name);
        state.Write("start", region.Start);
        state.Write("lengthBytes", region.LengthBytes);
        state.Write("readOnly", region.ReadOnly);
    }

    private static void SaveComponent(IStateWriter entry, ComponentInfo info, ISnapshottable component)
    {
        entry.Write("name", info.Name);
        entry.Write("plugin", info.PluginId);
        entry.Write("pluginVersion", info.PluginVersion);
        entry.Write("stateVersion", (ulong)component.StateVersion);
        try
        {
            entry.WriteGroup("state", component.Save);
        }
        catch (Exception exception) when (exception is not StateException)
        {
            throw new StateException(info.ToString(), null, $"cannot be saved: {exception.GetType().Name}: {exception.Message}");
        }
    }

    private static void CheckMemory(Machine machine, IReadOnlyList<IStateReader> saved)
    {
        var layout = machine.Memory.Layout;
        if (saved.Count != layout.Count) throw new StateException(Frame, "memory", $"has {saved.Count} regions, this machine {layout.Count}");
        for (var i = 0; i < layout.Count; i++)
        {
            var region = new RegionLayout(
                saved[i].ReadString("name"), saved[i].ReadUInt64("start"), saved[i].ReadUInt64("lengthBytes"), saved[i].ReadBoolean("readOnly"));
            if (region != layout[i] with { Erased = null }) throw new StateException(Frame, "memory", $"{Describe(region)} was saved, this machine has {Describe(layout[i])}");
        }
    }

    private static string Describe(RegionLayout region) =>
        string.Create(CultureInfo.InvariantCulture, $"'{region.Name}' of {region.LengthBytes / 1024} KiB at 0x{region.Start:x8}{(region.ReadOnly ? ", read-only" : "")}");

    // Everything is matched before anything is restored: a state of another machine must not half arrive.
    private static List<((ComponentInfo Info, ISnapshottable State) Component, CborStateReader Entry)> Match(
        Machine machine, IReadOnlyList<IStateReader> saved)
    {
        var components = machine.Components.ToList();
        var byName = new Dictionary<string, CborStateReader>(StringComparer.Ordinal);
        foreach (var entry in saved.Cast<CborStateReader>())
        {
            var name = entry.ReadString("name");
            if (!byName.TryAdd(name, entry)) throw entry.Error("name", $"'{name}' stands there twice");
            if (!components.Any(component => component.Info.Name == name))
                throw new StateException(name, null, "this machine has no such core or device");
        }
        return [.. components.Select(component => (component, Match(component.Info, component.State, byName)))];
    }

    private static CborStateReader Match(ComponentInfo info, ISnapshottable component, Dictionary<string, CborStateReader> saved)
    {
        if (!saved.TryGetValue(info.Name, out var entry)) throw new StateException(info.Name, null, "missing in the saved state");
        var plugin = entry.ReadString("plugin");
        if (plugin != info.PluginId) throw new StateException(info.Name, "plugin", $"saved by '{plugin}', but here it is '{info.PluginId}'");
        var version = entry.ReadUInt64("stateVersion", maximum: int.MaxValue);
        if (version <= (ulong)component.StateVersion) return entry;
        throw new StateException(info.Name, "stateVersion", string.Create(CultureInfo.InvariantCulture,
            $"{version} is newer than the {component.StateVersion} that {info.PluginId} {info.PluginVersion} knows; "
            + $"it was saved by version {entry.ReadString("pluginVersion")}: update the plugin here"));
    }

    private static void RestoreComponent(ComponentInfo info, ISnapshottable component, CborStateReader entry)
    {
        var version = (int)entry.ReadUInt64("stateVersion", maximum: int.MaxValue);
        try
        {
            component.Restore(entry.Component("state", info.Name, version));
        }
        catch (Exception exception) when (exception is not StateException)
        {
            throw new StateException(info.ToString(), null, $"cannot be restored: {exception.GetType().Name}: {exception.Message}");
        }
    }
}
