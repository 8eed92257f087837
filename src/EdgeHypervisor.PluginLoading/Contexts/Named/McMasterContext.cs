// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.Loader;
using McMaster.NETCore.Plugins.Loader;

namespace EdgeHypervisor.PluginLoading;

/// <summary>One plugin's assemblies in the package's own context.</summary>
/// <remarks>
/// Made with the package's builder and not with its <c>PluginLoader</c>, which looks for further folders of packages in each
/// runtimeconfig.json of the host, by reflection and for each plugin anew. A plugin's folder has all that it needs.
/// </remarks>
internal sealed class McMasterContext(PluginContextRequest request) : IPluginContext
{
    private readonly AssemblyLoadContext _context = Build(request);

    public Assembly LoadMainAssembly() => _context.LoadFromAssemblyPath(request.AssemblyPath);

    public void Unload()
    {
        if (request.CanUnload) _context.Unload();
    }

    // Not in memory: nobody changes the files while they are in use. The SDK that a plugin does not bring is asked of the
    // host's own context anyway, without the comparison by culture that an answer of this one meets. Lazy: otherwise all
    // assemblies of .NET behind the SDK would be loaded.
    private static AssemblyLoadContext Build(PluginContextRequest request)
    {
        var builder = new AssemblyLoadContextBuilder()
            .SetMainAssemblyPath(request.AssemblyPath)
            .SetDefaultContext(AssemblyLoadContext.GetLoadContext(request.Shared[0])!)
            .IsLazyLoaded(true);
        var folder = Path.GetDirectoryName(request.AssemblyPath)!;
        for (var i = 0; i < request.Shared.Count; i++)
        {
            var shared = request.Shared[i].GetName();
            if (File.Exists(Path.Combine(folder, shared.Name + ".dll"))) builder.PreferDefaultLoadContextAssembly(shared);
        }
        if (request.CanUnload) builder.EnableUnloading();
        return builder.Build();
    }
}
