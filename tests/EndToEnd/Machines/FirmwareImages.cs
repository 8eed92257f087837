// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>The committed sample guests of the checkout these tests were built from.</summary>
internal static class FirmwareImages
{
    public static string RepositoryRoot { get; } = FindRoot();

    public static string Folder => Path.Combine(RepositoryRoot, "firmware-images");

    /// <summary>The built image of a guest, such as <c>hello</c>, for 32 or 64 bits.</summary>
    public static string Elf(string guest, int bits) => Path.Combine(Folder, guest, $"{guest}-rv{bits}.elf");

    /// <summary>The built image of a kernel of the bench.</summary>
    public static string Kernel(string name, int bits) => Path.Combine(Folder, "bench", "images", $"{name}-rv{bits}.elf");

    /// <summary>Its image for Arm's MPS2 boards.</summary>
    public static string Mps2Kernel(string name) => Path.Combine(Folder, "bench", "images", $"{name}-mps2.elf");

    /// <summary>The kernels of the bench by name.</summary>
    public static IEnumerable<string> Kernels() => Directory.EnumerateFiles(Path.Combine(Folder, "bench", "kernels"), "*.c")
        .Select(file => Path.GetFileNameWithoutExtension(file)).Order();

    public static IEnumerable<string> All() => Directory.EnumerateFiles(Folder, "*.elf", SearchOption.AllDirectories).Order();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeHypervisor.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("These tests run inside a checkout.");
    }
}
