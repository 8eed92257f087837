// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// Declares a plugin of this assembly: <c>[assembly: EdgePlugin&lt;UartPlugin&gt;("device.uart.16550")]</c>.
/// No other type is looked at. The id must stand in the manifest's <c>provides</c> list too.
/// </summary>
/// <typeparam name="TPlugin">The factory; created once, when first asked for.</typeparam>
/// <param name="id">
/// Lower-case words joined by dots; the first is the kind: <c>core</c>, <c>device</c>, <c>driver</c> or <c>transport</c>.
/// </param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class EdgePluginAttribute<TPlugin>(string id) : EdgePluginAttribute(id)
    where TPlugin : class, IPlugin, new()
{
    /// <inheritdoc/>
    public override Type PluginType => typeof(TPlugin);

    /// <inheritdoc/>
    public override IPlugin Create() => new TPlugin();
}

/// <summary>The untyped side of <see cref="EdgePluginAttribute{TPlugin}"/>, which the loader reads.</summary>
public abstract class EdgePluginAttribute : Attribute
{
    private protected EdgePluginAttribute(string id) => Id = id;

    /// <summary>The plugin's id, for example <c>device.uart.16550</c>.</summary>
    public string Id { get; }

    /// <summary>The factory's type.</summary>
    public abstract Type PluginType { get; }

    /// <summary>Makes the factory; what its constructor throws reaches the caller.</summary>
    public abstract IPlugin Create();
}
