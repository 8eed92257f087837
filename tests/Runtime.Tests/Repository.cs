// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>Files of the repository that tests read.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The one file in a folder that matches.</summary>
    public static string Find(string folder, string subfolder, string pattern) =>
        Directory.GetFiles(Path.Combine(Root, folder, subfolder), pattern).Order(StringComparer.Ordinal).First();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeHypervisor.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("the tests are not inside the repository");
    }
}
