// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Architecture.Tests;

/// <summary>What every file of ours keeps to.</summary>
public class HouseRuleTests
{
    private static readonly string[] Ours = ["src", "plugins", "tests", "firmware-images", "eng"];

    [Theory]
    [InlineData("*.cs", "// SPDX-License-Identifier: Apache-2.0")]
    [InlineData("*.c", "// SPDX-License-Identifier: Apache-2.0")]
    [InlineData("*.h", "// SPDX-License-Identifier: Apache-2.0")]
    public void Every_source_file_begins_with_its_licence(string pattern, string line)
    {
        // A module is loaded into a kernel that takes its own licence only.
        const string kernelModule = "tests/Board/board-sim.c";
        var without = Repository.Files(pattern, Ours)
            .Where(file => Repository.Relative(file) != kernelModule)
            .Where(file => File.ReadLines(file).FirstOrDefault()?.TrimStart('\uFEFF') != line)
            .Select(Repository.Relative);
        Assert.Empty(without);
    }

    [Fact]
    public void Every_plugin_folder_has_its_manifest_and_its_README()
    {
        foreach (var project in Repository.Projects("plugins"))
        {
            var folder = Path.GetDirectoryName(project)!;
            Assert.True(File.Exists(Path.Combine(folder, "plugin.json")), $"{Repository.Relative(folder)} has no plugin.json");
            Assert.True(File.Exists(Path.Combine(folder, "README.md")), $"{Repository.Relative(folder)} has no README.md");
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "EdgeHypervisor.sln")).Replace('\\', '/');
        var projects = Repository.Projects("src").Concat(Repository.Projects("plugins")).Concat(Repository.Projects("tests"))
            .Select(Repository.Relative)
            .Where(project => !project.Contains("/Plugins/", StringComparison.Ordinal));
        foreach (var project in projects) Assert.Contains(project, solution, StringComparison.Ordinal);
    }

    /// <summary>The unit says <c>ProcSubset=pid</c>: whatever else of /proc is asked for is not there, and only there.</summary>
    [Fact]
    public void The_service_asks_proc_about_processes_only()
    {
        var others = Repository.Files("*.cs", "src").SelectMany(File.ReadLines)
            .Where(line => line.Contains("\"/proc/", StringComparison.Ordinal) && !line.Contains("\"/proc/self/", StringComparison.Ordinal));
        Assert.Empty(others);
    }

    [Fact]
    public void Links_between_the_documents_lead_somewhere()
    {
        var documents = Repository.Files("*.md", "docs", "plugins", "boards", "firmware-images", "tests", "packaging")
            .Append(Path.Combine(Repository.Root, "README.md"));
        foreach (var document in documents)
        {
            foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(document), @"\]\((?!https?:|#|mailto:)([^)#\s]+)"))
            {
                var target = Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value);
                Assert.True(Path.Exists(target), $"{Repository.Relative(document)} links to {link.Groups[1].Value}, which is not there");
            }
        }
    }
}
