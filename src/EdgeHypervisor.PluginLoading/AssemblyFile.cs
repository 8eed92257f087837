// SPDX-License-Identifier: Apache-2.0
using System.Reflection.PortableExecutable;

namespace EdgeHypervisor.PluginLoading;

/// <summary>A plugin's assembly as a file.</summary>
internal static class AssemblyFile
{
    /// <summary>Whether it holds machine code beside its IL (ReadyToRun, ECMA-335 II.25.3.3 <c>ManagedNativeHeader</c>).</summary>
    /// <exception cref="BadImageFormatException">It is no .NET assembly.</exception>
    public static bool IsCompiledAhead(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        return file.PEHeaders.CorHeader?.ManagedNativeHeaderDirectory.Size > 0;
    }

    /// <summary>Checks that it lies in its plugin's folder and nowhere else.</summary>
    /// <exception cref="PluginFaultException">It is missing, or a link that leads elsewhere.</exception>
    public static void Verify(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists) throw new PluginFaultException($"its assembly {name} is not in {folder}");
        // A link may point elsewhere inside the folder, not out of it.
        if (file.ResolveLinkTarget(returnFinalTarget: true) is { } target && !LiesIn(folder, target.FullName))
            throw new PluginFaultException($"its assembly {name} is a link that leads out of {folder}");
    }

    private static bool LiesIn(string folder, string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
