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
    public async Task The_template_builds_and_counts_down_and_rings()
    {
        await BuildAsync();
        using var component = new Component<IDevicePlugin>("device.egg-timer", Path.Combine(_folder, "plugins"));
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

    private async Task BuildAsync()
    {
        var source = Directory.CreateDirectory(Path.Combine(_folder, "source")).FullName;
        foreach (var file in Files) File.Copy(Path.Combine(Template, file), Path.Combine(source, file));
        var sdk = Path.GetDirectoryName(typeof(IPlugin).Assembly.Location)!;
        var start = new ProcessStartInfo("dotnet",
        [
            "build", source, "--nologo", "--verbosity", "quiet", $"-p:EdgeHypervisorSdk={sdk}", "--output", Path.Combine(_folder, "plugins", "egg-timer"),
        ])
        {
            RedirectStandardOutput = true,
        };
        // What the build of these tests told MSBuild is not meant for this one.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        using var build = Process.Start(start)!;
        var output = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.True(build.ExitCode == 0, output);
    }
}
