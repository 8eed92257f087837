// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>A VM and its plans, written for people.</summary>
internal static class VmReport
{
    public static string State(VmSummary vm) => vm.ExitCode is { } code ? $"{vm.State} (exit {code})" : vm.State;

    public static void Write(VmDetails vm, TextWriter output)
    {
        WriteSummary(vm.Summary, output);
        output.WriteLine($"image         {vm.Image}");
        output.WriteLine($"console       {vm.Console ?? "-"}");
        WriteCores(vm.Cores, output);
        output.WriteLine();
        var devices = new TextTable("DEVICE", "PLUGIN", "AT");
        foreach (var device in vm.Devices) devices.Row(device.Name, device.Plugin, device.Address);
        devices.WriteTo(output);
        if (vm.Mappings.Count == 0) return;
        output.WriteLine();
        var mappings = new TextTable("PORT", "TO", "ACCESS", "ON MOVE", "LINK");
        foreach (var mapping in vm.Mappings) mappings.Row(mapping.Port, string.Join(' ', mapping.To), mapping.Access, mapping.OnMove, Printable.Text(mapping.Link));
        mappings.WriteTo(output);
    }

    /// <summary>The plan, and what it comes to in its last line.</summary>
    /// <param name="plan">What the service says.</param>
    /// <param name="context">Where it goes.</param>
    /// <param name="what">What it is about, such as <c>start here</c>; null when it is about other boards only.</param>
    public static int WritePlan(VmPlan plan, CommandContext context, string? what)
    {
        context.Write(plan, ControlJson.Default.VmPlan, p =>
        {
            var table = new TextTable("WHAT", "VERDICT", "DETAIL");
            foreach (var item in p.Items) table.Row(item.Subject, item.Verdict, item.Detail);
            table.WriteTo(context.Output);
            context.Output.WriteLine();
            context.Output.WriteLine(PlanVerdict.Of(p, what));
        });
        return plan.Possible ? ExitCode.Ok : ExitCode.Conflict;
    }

    private static void WriteSummary(VmSummary vm, TextWriter output)
    {
        output.WriteLine($"name          {vm.Name}");
        output.WriteLine($"state         {State(vm)}" + (vm.Reason is null ? "" : $": {Printable.Text(vm.Reason)}"));
        output.WriteLine($"machine       {vm.Machine}, {Words.Bytes(vm.MemoryBytes)}");
        output.WriteLine($"epoch         {vm.Epoch}");
        output.WriteLine($"guest time    {Words.Duration(TimeSpan.FromMicroseconds(vm.GuestTimeNs / 1000.0))}");
        output.WriteLine($"instructions  {vm.Instructions:N0}");
        output.WriteLine($"saved         {Words.When(vm.SavedAt)}");
    }

    private static void WriteCores(IReadOnlyList<CoreInfo> cores, TextWriter output)
    {
        foreach (var core in cores)
        {
            output.WriteLine($"{core.Name,-14}{core.Plugin}, {core.Instructions:N0} instructions");
            if (core.Translation is { } made)
            {
                output.WriteLine($"  translated  {made.Regions:N0} regions with {made.Instructions:N0} instructions; "
                    + $"{made.RegionsMade:N0} made so far, of {made.BytesMade:N0} bytes, in {made.Milliseconds:N0} ms");
            }
            foreach (var row in (core.Registers ?? new Dictionary<string, string>()).Chunk(4))
                output.WriteLine("  " + string.Join("  ", row.Select(register => $"{register.Key,-8} {register.Value}")));
        }
    }
}
