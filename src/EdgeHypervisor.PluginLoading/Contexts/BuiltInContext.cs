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
    private AssemblyDependencyResolver? _resolver;

    // Made when something is looked for in the folder: it reads the plugin's deps.json.
    private AssemblyDependencyResolver Resolver => _resolver ??= new AssemblyDependencyResolver(request.AssemblyPath);

    void IPluginContext.Unload()
    {
        if (request.CanUnload) Unload();
    }

    public Assembly LoadMainAssembly() => LoadFromAssemblyPath(request.AssemblyPath);

    protected override Assembly? Load(AssemblyName name)
    {
        if (IsShared(name)) return null; // the runtime asks the host's own context next
        if (!request.IsAlone && Resolver.ResolveAssemblyToPath(name) is { } path) return LoadFromAssemblyPath(path);
        return FrameworkAssemblies.Contains(name) ? null : throw new FileNotFoundException(DependencyCheck.Missing(name));
    }

    protected override nint LoadUnmanagedDll(string name) =>
        Resolver.ResolveUnmanagedDllToPath(name) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    private bool IsShared(AssemblyName name)
    {
        for (var i = 0; i < request.Shared.Count; i++)
        {
            if (request.Shared[i].GetName().Name == name.Name) return true;
        }
        return false;
    }
}
