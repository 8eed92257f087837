// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace EdgeHypervisor.PluginLoading;

/// <summary>
/// Follows a plugin's references through the files, before anything is loaded: a dependency that is missing is found now
/// and not when a VM first steps on it.
/// </summary>
internal sealed class DependencyCheck
{
    private readonly AssemblyDependencyResolver _resolver;
    private readonly IReadOnlyList<AssemblyName> _shared;
    private readonly Queue<string> _files;
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);

    private DependencyCheck(string assemblyPath, IReadOnlyList<Assembly> shared)
    {
        _resolver = new AssemblyDependencyResolver(assemblyPath);
        _shared = [.. shared.Select(a => a.GetName())];
        _files = new Queue<string>([assemblyPath]);
    }

    /// <exception cref="PluginFaultException">A reference cannot be met.</exception>
    /// <exception cref="BadImageFormatException">A file is not a whole .NET assembly.</exception>
    public static void Verify(string assemblyPath, IReadOnlyList<Assembly> shared)
    {
        var check = new DependencyCheck(assemblyPath, shared);
        while (check._files.TryDequeue(out var path)) check.VerifyFile(path);
    }

    /// <summary>Names a dependency that cannot be met.</summary>
    public static string Missing(AssemblyName name) =>
        $"{name.Name} {name.Version}, which is neither in the plugin's folder nor part of .NET or of the plugin SDK";

    private void VerifyFile(string path)
    {
        foreach (var reference in ReadReferences(path))
        {
            if (_seen.Add(reference.Name!)) VerifyReference(Path.GetFileName(path), reference);
        }
    }

    private void VerifyReference(string file, AssemblyName reference)
    {
        if (_shared.FirstOrDefault(s => s.Name == reference.Name) is { } sdk)
            RefuseNewer(file, reference, sdk.Version!);
        else if (_resolver.ResolveAssemblyToPath(reference) is { } own)
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

    private static List<AssemblyName> ReadReferences(string path)
    {
        using var file = new PEReader(File.OpenRead(path), PEStreamOptions.PrefetchMetadata);
        if (!file.HasMetadata) throw new BadImageFormatException($"{Path.GetFileName(path)} has no metadata");
        var metadata = file.GetMetadataReader();
        var references = new List<AssemblyName>();
        foreach (var handle in metadata.AssemblyReferences) references.Add(metadata.GetAssemblyReference(handle).GetAssemblyName());
        return references;
    }
}
