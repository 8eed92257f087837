// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.Loader;

namespace EdgeHypervisor.PluginLoading;

/// <summary>
/// Follows a plugin's references through the files, before anything is loaded: a dependency that is missing is found now
/// and not when a VM first steps on it.
/// </summary>
internal sealed class DependencyCheck
{
    private readonly AssemblyName[] _shared;
    private readonly AssemblyDependencyResolver? _resolver;
    private readonly Queue<string> _files = new();
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);

    private DependencyCheck(string assemblyPath, Assembly[] shared)
    {
        _shared = Array.ConvertAll(shared, sdk => sdk.GetName());
        // A plugin that brings no other assembly has nothing to resolve.
        if (FolderFingerprint.AssembliesIn(Path.GetDirectoryName(assemblyPath)!).Length > 1) _resolver = new AssemblyDependencyResolver(assemblyPath);
    }

    /// <param name="assemblyPath">The plugin's assembly.</param>
    /// <param name="shared">What it shares with the host.</param>
    /// <param name="isAlone">Whether the plugin brings no other.</param>
    /// <returns>The plugin's assembly.</returns>
    /// <exception cref="PluginFaultException">A reference cannot be met.</exception>
    /// <exception cref="BadImageFormatException">A file is not a whole .NET assembly.</exception>
    public static AssemblyFile Verify(string assemblyPath, Assembly[] shared, out bool isAlone)
    {
        var check = new DependencyCheck(assemblyPath, shared);
        var plugin = AssemblyFile.Read(assemblyPath);
        check.VerifyFile(plugin);
        while (check._files.TryDequeue(out var path)) check.VerifyFile(AssemblyFile.Read(path));
        isAlone = check._resolver is null;
        return plugin;
    }

    /// <summary>Names a dependency that cannot be met.</summary>
    public static string Missing(AssemblyName name) =>
        $"{name.Name} {name.Version}, which is neither in the plugin's folder nor part of .NET or of the plugin SDK";

    private void VerifyFile(AssemblyFile file)
    {
        foreach (var reference in file.References)
        {
            if (_seen.Add(reference.Name!)) VerifyReference(file.Name, reference);
        }
    }

    private void VerifyReference(string file, AssemblyName reference)
    {
        if (Array.Find(_shared, sdk => sdk.Name == reference.Name) is { } sdk)
            RefuseNewer(file, reference, sdk.Version!);
        else if (_resolver?.ResolveAssemblyToPath(reference) is { } own)
            _files.Enqueue(own);
        else if (!FrameworkAssemblies.Contains(reference))
            throw new PluginFaultException($"{file} needs {Missing(reference)}");
        else if (reference.Name == "System.Runtime")
            RefuseNewer(file, reference, FrameworkAssemblies.Version);
    }

    private static void RefuseNewer(string file, AssemblyName reference, Version present)
    {
        if (reference.Version > present)
            throw new PluginFaultException($"{file} was built against {reference.Name} {reference.Version}, newer than the {present} here");
    }
}
