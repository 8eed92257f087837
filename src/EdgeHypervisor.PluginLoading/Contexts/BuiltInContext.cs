// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.Loader;

namespace EdgeHypervisor.PluginLoading;

/// <summary>
/// One plugin's assemblies in a context of their own: the SDK is the host's, .NET's own are the runtime's, and all
/// others come from the plugin's folder or not at all.
/// </summary>
internal sealed class BuiltInContext(PluginContextRequest request)
    : AssemblyLoadContext(request.Name, request.CanUnload), IPluginContext
{
    private readonly AssemblyDependencyResolver _resolver = new(request.AssemblyPath);

    void IPluginContext.Unload()
    {
        if (request.CanUnload) Unload();
    }

    public Assembly LoadMainAssembly() => LoadFromAssemblyPath(request.AssemblyPath);

    protected override Assembly? Load(AssemblyName name)
    {
        if (request.Shared.Any(a => a.GetName().Name == name.Name)) return null; // the runtime asks the host's own context next
        if (_resolver.ResolveAssemblyToPath(name) is { } path) return LoadFromAssemblyPath(path);
        return FrameworkAssemblies.Contains(name) ? null : throw new FileNotFoundException(DependencyCheck.Missing(name));
    }

    protected override nint LoadUnmanagedDll(string name) =>
        _resolver.ResolveUnmanagedDllToPath(name) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
