// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Conformance;

/// <summary>The plugin of docs/plugins.md: built as a reader would build it, outside of this repository, and put to use.</summary>
public sealed class TemplateTests : IDisposable
{
    private static readonly string[] Files = ["EggTimer.csproj", "plugin.json", "EggTimerPlugin.cs", "EggTimerDevice.cs"];
    private readonly string _folder = Directory.CreateTempSubdirectory("egg-timer-").FullName;

    private static string Template => Path.Combine(Places.Repository, "templates", "device");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_guide_shows_the_template_as_it_is()
    {
        var guide = File.ReadAllText(Path.Combine(Places.Repository, "docs", "plugins.md"));
        foreach (var file in Files)
            Assert.True(guide.Contains(File.ReadAllText(Path.Combine(Template, file)).TrimEnd(), StringComparison.Ordinal), $"docs/plugins.md and {file} differ");
    }

    [Fact]
    public async Task A_project_made_from_the_template_builds_and_counts_down_and_rings()
    {
        await BuildAsync();
        using var component = new Component<IDevicePlugin>("device.kitchen-clock", Path.Combine(_folder, "plugins"));
        var context = new FakeDeviceContext();
        var timer = (IMmioDevice)component.Plugin.Create(context);
        timer.Write(0, AccessWidth.Word, 180_000);
        context.Clock.Advance(60_000_000_000);
        Assert.Equal(120_000u, timer.Read(0, AccessWidth.Word));

        // In the middle of it the VM moves.
        var thereContext = context.Twin();
        var there = (IMmioDevice)component.Plugin.Create(thereContext);
        there.Restore(StateTree.Of(timer));
        thereContext.Clock.Advance(119_999_000_000);
        Assert.Equal((1u, false), ((uint)there.Read(0, AccessWidth.Word), thereContext.Line("irq").Level));
        thereContext.Clock.Advance(1_000_000);
        Assert.Equal((0u, 1u, true), ((uint)there.Read(0, AccessWidth.Word), (uint)there.Read(4, AccessWidth.Word), thereContext.Line("irq").Level));
        there.Write(4, AccessWidth.Word, 1);
        Assert.False(thereContext.Line("irq").Level);
    }

    // As docs/plugins.md says it, under another name: the identifiers must follow it.
    private async Task BuildAsync()
    {
        var source = Path.Combine(_folder, "KitchenClock");
        var hive = Path.Combine(_folder, "hive"); // the user's own templates stay as they are
        await DotnetAsync("new", "install", Template, "--debug:custom-hive", hive);
        await DotnetAsync("new", "edge-device", "--name", "KitchenClock", "--output", source, "--debug:custom-hive", hive);
        var sdk = Path.GetDirectoryName(typeof(IPlugin).Assembly.Location)!;
        await DotnetAsync("build", source, "--nologo", "--verbosity", "quiet", $"-p:EdgeHypervisorSdk={sdk}", "--output", Path.Combine(_folder, "plugins", "kitchen-clock"));
    }

    private static async Task DotnetAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // What the build of these tests told MSBuild is not meant for this one.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{output}{await errors}");
    }
}
