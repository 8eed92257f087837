// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Architecture.Tests;

/// <summary>Arrows point one way: plugins know the SDK alone, the parts know those below them, only the host knows all.</summary>
public class ArrowTests
{
    private static readonly string[] Sdk = ["EdgeHypervisor.Abstractions", "EdgeHypervisor.Translation"];

    /// <summary>What each part of src may refer to.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["EdgeHypervisor.Abstractions"] = [],
        ["EdgeHypervisor.Translation"] = ["EdgeHypervisor.Abstractions"],
        ["EdgeHypervisor.ControlApi"] = [],
        ["EdgeHypervisor.Descriptions"] = ["EdgeHypervisor.Abstractions"],
        ["EdgeHypervisor.PluginLoading"] = Sdk,
        ["EdgeHypervisor.Migration"] = ["EdgeHypervisor.Abstractions"],
        ["EdgeHypervisor.Runtime"] = ["EdgeHypervisor.Abstractions", "EdgeHypervisor.Descriptions"],
        ["EdgeHypervisor.Boards"] = ["EdgeHypervisor.Abstractions", "EdgeHypervisor.Descriptions", "EdgeHypervisor.Runtime"],
        // Lends what Boards arbitrates to other boards, sealed with the keys of Migration: above both, which know nothing of it.
        ["EdgeHypervisor.Lending"] =
            ["EdgeHypervisor.Abstractions", "EdgeHypervisor.Descriptions", "EdgeHypervisor.Runtime", "EdgeHypervisor.Boards", "EdgeHypervisor.Migration"],
        ["EdgeHypervisor.Composition"] =
            ["EdgeHypervisor.Abstractions", "EdgeHypervisor.Descriptions", "EdgeHypervisor.PluginLoading", "EdgeHypervisor.Runtime", "EdgeHypervisor.Boards", "EdgeHypervisor.ControlApi"],
    };

    /// <summary>The parts that compose the others.</summary>
    private static readonly string[] Composers = ["EdgeHypervisor.Host", "EdgeHypervisor.Cli"];

    [Fact]
    public void Every_part_refers_only_to_the_parts_below_it()
    {
        foreach (var project in Repository.Projects("src"))
        {
            var name = Path.GetFileNameWithoutExtension(project);
            if (Composers.Contains(name)) continue;
            Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} is new: say in {nameof(ArrowTests)} what it may refer to.");
            Assert.Empty(Repository.ProjectReferences(project).Except(allowed!));
        }
    }

    [Fact]
    public void The_SDK_needs_nothing_but_the_base_class_library()
    {
        foreach (var project in Repository.Projects("src").Where(path => Sdk.Contains(Path.GetFileNameWithoutExtension(path))))
            Assert.Empty(Repository.PackageReferences(project));
    }

    [Fact]
    public void No_part_names_a_plugin()
    {
        var plugins = Repository.Projects("plugins").Select(Path.GetFileNameWithoutExtension).ToHashSet();
        Assert.NotEmpty(plugins);
        foreach (var project in Repository.Projects("src"))
            Assert.DoesNotContain(Repository.ProjectReferences(project), reference => plugins.Contains(reference));
    }

    [Fact]
    public void Built_plugins_refer_to_the_SDK_the_framework_and_the_packages_they_declare()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var checkedPlugins = 0;
        foreach (var project in Repository.Projects("plugins"))
        {
            var name = Path.GetFileNameWithoutExtension(project);
            var folder = Path.Combine(Repository.Root, "artifacts", "plugins", name);
            var assembly = Path.Combine(folder, name + ".dll");
            if (!File.Exists(assembly)) continue; // a plugin on named packages, in a build without them
            var declaresPackages = Repository.PackageReferences(project).Any();
            foreach (var reference in Repository.AssemblyReferences(assembly))
            {
                var known = Sdk.Contains(reference)
                    || File.Exists(Path.Combine(framework, reference + ".dll"))
                    || (declaresPackages && File.Exists(Path.Combine(folder, reference + ".dll"))
                        && !reference.StartsWith("EdgeHypervisor.", StringComparison.Ordinal));
                Assert.True(known, $"{name} refers to {reference}, which is neither SDK nor framework nor a package it declares.");
            }
            checkedPlugins++;
        }
        Assert.True(checkedPlugins >= 8, $"only {checkedPlugins} plugins were found built");
    }

    [Fact]
    public void Built_plugins_do_not_carry_the_SDK_with_them()
    {
        foreach (var sdk in Sdk)
            Assert.Empty(Repository.Files(sdk + ".dll", "artifacts/plugins"));
    }
}
