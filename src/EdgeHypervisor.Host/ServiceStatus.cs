// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>How the service is, for people and for monitoring.</summary>
internal sealed class ServiceStatus(HostBoard board, VmTable table, VmService vms, FleetService fleet, FleetLinks links, PluginRepository plugins, TimeProvider time)
{
    private static readonly string Version = typeof(ServiceStatus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
    private long _readyTimestamp;

    /// <summary>Milliseconds from the start of the process to ready.</summary>
    public long StartMs { get; private set; }

    /// <summary>The service is ready from now on.</summary>
    public void MarkReady()
    {
        _readyTimestamp = time.GetTimestamp();
        StartMs = (long)ProcessAge.Now().TotalMilliseconds;
    }

    public ServiceHealth Report()
    {
        var problems = Problems();
        return new ServiceHealth(
            problems.Count == 0 ? "ok" : "degraded",
            board.Name,
            Version,
            SdkVersion.Current.ToString(),
            RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            Environment.ProcessId,
            (long)time.GetElapsedTime(_readyTimestamp).TotalMilliseconds,
            StartMs,
            table.All.Count,
            fleet.Status,
            problems);
    }

    /// <summary>All figures, in Prometheus' text format 0.0.4.</summary>
    public string Metrics()
    {
        var text = new StringBuilder();
        Gauge(text, "ehv_up_seconds", "Time since the service was ready", time.GetElapsedTime(_readyTimestamp).TotalSeconds);
        Gauge(text, "ehv_resident_bytes", "Resident memory of the service", Environment.WorkingSet);
        Gauge(text, "ehv_start_seconds", "Time from the start of the process to ready", StartMs / 1000.0);
        var vms = table.All.Where(vm => vm.Machine is not null).Select(vm => (vm.Name, vm.Machine!.Statistics)).ToArray();
        Family(text, "ehv_vm_instructions_total", "counter", "Guest instructions retired", vms.Select(vm => (vm.Name, (double)vm.Statistics.Instructions)));
        Family(text, "ehv_vm_run_seconds_total", "counter", "Host time that the VM's turns took", vms.Select(vm => (vm.Name, vm.Statistics.RunTime.TotalSeconds)));
        Family(text, "ehv_vm_wakeups_total", "counter", "How often it was woken", vms.Select(vm => (vm.Name, (double)vm.Statistics.WakeUps)));
        Family(text, "ehv_vm_bus_errors_total", "counter", "Accesses to addresses where nothing is", vms.Select(vm => (vm.Name, (double)vm.Statistics.BusErrors)));
        Family(text, "ehv_vm_translated_regions_total", "counter", "Regions of hot code translated", vms.Select(vm => (vm.Name, (double)vm.Statistics.Translation.RegionsMade)));
        Family(text, "ehv_vm_translated_bytes_total", "counter", "Guest code in those regions", vms.Select(vm => (vm.Name, (double)vm.Statistics.Translation.BytesMade)));
        Family(text, "ehv_vm_translation_seconds_total", "counter", "Host time that translating took", vms.Select(vm => (vm.Name, vm.Statistics.Translation.Time.TotalSeconds)));
        Family(text, "ehv_vm_running", "gauge", "Whether it runs", table.All.Select(vm => (vm.Name, vm.Machine?.State == VmState.Running ? 1.0 : 0)));
        Family(text, "ehv_vm_epoch", "gauge", "Its ownership number", table.All.Select(vm => (vm.Name, (double)vm.Epoch)));
        Peripherals(text);
        return text.ToString();
    }

    private void Peripherals(StringBuilder text)
    {
        var roles = board.Activity();
        void Add(string name, string help, Func<PeripheralActivity, double> value) =>
            Family(text, $"ehv_peripheral_{name}_total", "counter", help, roles.Select(role => (role.Role, value(role))), "role");

        Add("changes", "Level changes or settings that were driven", role => role.Changes);
        Add("edges", "Edges of an input", role => role.Edges);
        Add("lost_edges", "Edges that a VM had no room for", role => role.LostEdges);
        Add("transactions", "Bus transactions and samples", role => role.Transactions);
        Add("bytes", "Bytes of transactions and serial lines", role => role.Bytes);
        Add("errors", "Transactions and changes that failed, serial bytes lost", role => role.Errors);
        Add("refusals", "Uses that a policy did not allow", role => role.Refusals);
        Add("wait_seconds", "Time that transactions waited for their turn", role => role.WaitSeconds);
    }

    private List<string> Problems() =>
    [
        .. vms.Unreadable,
        .. table.All.Where(vm => vm.Problem is not null).Select(vm => $"VM {vm.Name}: {vm.Problem}"),
        .. table.All.Where(vm => vm.SaveProblem is not null).Select(vm => $"VM {vm.Name} could not be saved: {vm.SaveProblem}"),
        .. plugins.List().Where(plugin => plugin.Status == PluginStatus.Broken).Select(plugin => $"plugin {plugin.Id}: {plugin.Reason}"),
        .. new[] { links.Problem }.OfType<string>(),
    ];

    private static void Gauge(StringBuilder text, string name, string help, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");

    // Names of VMs and roles are lower-case letters, digits and dashes: nothing in them needs escaping.
    private static void Family(StringBuilder text, string name, string type, string help, IEnumerable<(string Name, double Value)> values, string label = "vm")
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        foreach (var (of, value) in values) text.Append(CultureInfo.InvariantCulture, $"{name}{{{label}=\"{of}\"}} {value}\n");
    }
}
