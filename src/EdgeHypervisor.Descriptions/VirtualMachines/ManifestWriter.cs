// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Descriptions;

/// <summary>
/// Writes a manifest that was built or changed in code, so that it can travel. What equals its default is left out; every
/// text is quoted, so that none can be taken for something else.
/// </summary>
internal sealed class ManifestWriter
{
    private readonly StringBuilder _text = new();

    public static string Write(VirtualMachineDescription vm)
    {
        var writer = new ManifestWriter();
        writer.WriteRoot(vm);
        return writer._text.ToString();
    }

    private void WriteRoot(VirtualMachineDescription vm)
    {
        var defaults = new VirtualMachineDescription { Name = "", Machine = "", Firmware = "" };
        _text.Append("kind: VirtualMachine\n");
        Line(0, "name", Quote(vm.Name));
        Unless(vm.Description.Length == 0, 0, "description", Quote(vm.Description));
        Line(0, "machine", Quote(vm.Machine));
        Unless(vm.Firmware.Length == 0, 0, "firmware", Quote(vm.Firmware));
        if (vm.Boot is { } boot) WriteBoot(boot);
        Line(0, "memory", Quantity.FormatBytes(vm.MemoryBytes));
        WriteTexts("core", vm.CoreOptions);
        WriteClock(vm.Clock);
        WriteScheduling(vm.Scheduling);
        Unless(vm.Autostart == defaults.Autostart, 0, "autostart", Word(vm.Autostart));
        Unless(vm.Restart == defaults.Restart, 0, "restart", Word(vm.Restart));
        WriteTexts("labels", vm.Labels);
        if (vm.Map.Count > 0) _text.Append("map:\n");
        foreach (var mapping in vm.Map) WriteMapping(mapping);
        if (vm.Disks.Count > 0) _text.Append("disks:\n");
        foreach (var disk in vm.Disks) Line(1, disk.Device, $"{{ file: {Quote(disk.File)}, readOnly: {Word(disk.IsReadOnly)} }}");
        WriteTexts("networks", vm.Networks);
    }

    private void WriteBoot(BootDescription boot)
    {
        var isEmpty = boot == new BootDescription();
        _text.Append(isEmpty ? "boot: {}\n" : "boot:\n");
        Unless(boot.Kernel.Length == 0, 1, "kernel", Quote(boot.Kernel));
        Unless(boot.InitialFileSystem.Length == 0, 1, "initrd", Quote(boot.InitialFileSystem));
        Unless(boot.CommandLine.Length == 0, 1, "commandLine", Quote(boot.CommandLine));
    }

    private void WriteClock(ClockDescription clock)
    {
        if (clock == new ClockDescription()) return;
        _text.Append("clock:\n");
        Line(1, "mode", Word(clock.Mode));
        Line(1, "instructionNs", Number(clock.InstructionNs));
        Line(1, "lostTime", Word(clock.LostTime));
    }

    private void WriteScheduling(SchedulingDescription scheduling)
    {
        if (scheduling == new SchedulingDescription()) return;
        _text.Append("scheduling:\n");
        Line(1, "weight", Number(scheduling.Weight));
        if (scheduling.CapPercent is { } cap) Line(1, "capPercent", Number(cap));
        Line(1, "dedicatedThread", Word(scheduling.DedicatedThread));
    }

    private void WriteMapping(PortMapping mapping)
    {
        var defaults = new PortMapping { Port = mapping.Port, Targets = [] };
        _text.Append(CultureInfo.InvariantCulture, $"  {mapping.Port}:\n");
        Line(2, "to", $"[{string.Join(", ", mapping.Targets.Select(Target))}]");
        Unless(mapping.Access == defaults.Access, 2, "access", Word(mapping.Access));
        Unless(mapping.Priority == defaults.Priority, 2, "priority", Number(mapping.Priority));
        Unless(mapping.LeaseMs == defaults.LeaseMs, 2, "leaseMs", Number(mapping.LeaseMs));
        if (mapping.Budget is { } budget) Line(2, "budget", $"{{ perSecond: {Number(budget.PerSecond)}, burst: {Number(budget.Burst)} }}");
        Unless(mapping.OnMove == defaults.OnMove, 2, "onMove", Word(mapping.OnMove));
        Unless(mapping.OnLinkLoss == defaults.OnLinkLoss, 2, "onLinkLoss", Word(mapping.OnLinkLoss));
        Unless(mapping.Safe == defaults.Safe, 2, "safe", Word(mapping.Safe));
        Unless(mapping.OnPause == defaults.OnPause, 2, "onPause", Word(mapping.OnPause));
        Unless(mapping.OnStop == defaults.OnStop, 2, "onStop", Word(mapping.OnStop));
        Unless(mapping.OnFault == defaults.OnFault, 2, "onFault", Word(mapping.OnFault));
        Unless(mapping.OnHandover == defaults.OnHandover, 2, "onHandover", Word(mapping.OnHandover));
        Unless(mapping.OnServiceRestart == defaults.OnServiceRestart, 2, "onServiceRestart", Word(mapping.OnServiceRestart));
        Unless(mapping.OnLeaseEnd == defaults.OnLeaseEnd, 2, "onLeaseEnd", Word(mapping.OnLeaseEnd));
    }

    private void WriteTexts(string name, IReadOnlyDictionary<string, string> texts)
    {
        if (texts.Count > 0) _text.Append(CultureInfo.InvariantCulture, $"{name}:\n");
        foreach (var key in texts.Keys.Order(StringComparer.Ordinal)) Line(1, Quote(key), Quote(texts[key]));
    }

    private static string Target(MappingTarget target) => target.Address is { } address
        ? string.Create(CultureInfo.InvariantCulture, $"{{ role: {target.Name}, address: 0x{address:x2} }}")
        : target.Name;

    private void Unless(bool isDefault, int depth, string name, string value)
    {
        if (!isDefault) Line(depth, name, value);
    }

    private void Line(int depth, string name, string value) =>
        _text.Append(' ', depth * 2).Append(name).Append(": ").Append(value).Append('\n');

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Word(bool value) => value ? "true" : "false";

    private static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => Quantity.ToKebabCase(value.ToString());

    // YAML 1.2.2, section 5.7: in double quotes any UTF-16 unit can be written as \u and four hexadecimal digits.
    internal static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            if (c is >= ' ' and <= '~' and not ('"' or '\\')) quoted.Append(c);
            else quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }
        return quoted.Append('"').ToString();
    }
}
