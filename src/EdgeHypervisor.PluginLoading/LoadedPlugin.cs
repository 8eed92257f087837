// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Loader;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading;

/// <summary>A plugin in memory: its context and its factories, made once.</summary>
internal sealed class LoadedPlugin
{
    private readonly IPluginContext _context;
    private readonly string? _copy;
    private readonly EdgePluginAttribute[] _declared;
    private readonly IPlugin[] _factories;

    private LoadedPlugin(IPluginContext context, string? copy, EdgePluginAttribute[] declared, AssemblyLoadContext? memory)
    {
        _context = context;
        _copy = copy;
        _declared = declared;
        _factories = Array.ConvertAll(declared, Create);
        Memory = new WeakReference(memory);
        CanUnload = memory?.IsCollectible ?? true;
    }

    /// <summary>Alive as long as anything refers to the plugin's objects or code.</summary>
    public WeakReference Memory { get; }

    /// <summary>Whether the memory can go before the service ends: not when the plugin was compiled ahead of time.</summary>
    public bool CanUnload { get; }

    /// <summary>Copies the files where there is a place for copies, checks them, loads them, and makes the factories.</summary>
    /// <exception cref="PluginFaultException">It cannot be used; nothing of it stays loaded.</exception>
    public static LoadedPlugin Load(InstalledPlugin plugin, IPluginContextFactory contexts, ShadowCopies? copies)
    {
        string? copy = null;
        IPluginContext? context = null;
        try
        {
            AssemblyFile.Verify(plugin.Folder, plugin.Manifest.Assembly);
            copy = copies?.Create(plugin);
            context = CreateContext(plugin.Manifest, copy ?? plugin.Folder, contexts);
            return Load(plugin.Manifest, copy, context);
        }
        catch (Exception e)
        {
            // Anything at all can come out of a plugin's assembly and constructors: its fault ends here. Only the text
            // goes on, since a stored exception would keep the plugin's memory alive through its stack trace.
            context?.Unload();
            Delete(copy);
            throw new PluginFaultException(PluginFaultException.Describe(e));
        }
    }

    /// <summary>The factory of one of its components.</summary>
    public IPlugin Find(string componentId)
    {
        var at = 0;
        while (_declared[at].Id != componentId) at++;
        return _factories[at];
    }

    /// <summary>Lets it go; the memory is free when nothing refers to it any more, if it can be (<see cref="CanUnload"/>).</summary>
    public void Unload()
    {
        _context.Unload();
        Delete(_copy);
    }

    private static void Delete(string? copy)
    {
        if (copy is not null) ShadowCopies.Delete(copy);
    }

    private static IPluginContext CreateContext(PluginManifest manifest, string folder, IPluginContextFactory contexts)
    {
        var path = Path.Combine(folder, manifest.Assembly);
        var shared = SdkAssemblies.For(manifest.Kind);
        var file = DependencyCheck.Verify(path, shared, out var isAlone);
        return contexts.Create(new PluginContextRequest($"{manifest.Id} {manifest.Version}", path, shared, CanUnload: !file.IsCompiledAhead, isAlone));
    }

    private static LoadedPlugin Load(PluginManifest manifest, string? copy, IPluginContext context)
    {
        var assembly = context.LoadMainAssembly();
        var declared = (EdgePluginAttribute[])Attribute.GetCustomAttributes(assembly, typeof(EdgePluginAttribute));
        DeclarationCheck.Verify(manifest, declared);
        return new LoadedPlugin(context, copy, declared, AssemblyLoadContext.GetLoadContext(assembly));
    }

    private static IPlugin Create(EdgePluginAttribute declared)
    {
        try
        {
            return declared.Create();
        }
        catch (Exception e)
        {
            throw new PluginFaultException(
                $"the constructor of {declared.PluginType.Name} ({declared.Id}) threw {PluginFaultException.Describe(e)}");
        }
    }
}
