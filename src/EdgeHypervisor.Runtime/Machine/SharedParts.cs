// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What devices of one machine have in common, by its type.</summary>
internal sealed class SharedParts
{
    private Dictionary<Type, object>? _parts; // none in most machines

    /// <summary>The one of this type; made when first asked for.</summary>
    public T Get<T>(Func<T> make)
        where T : class
    {
        _parts ??= [];
        if (!_parts.TryGetValue(typeof(T), out var found)) _parts[typeof(T)] = found = make();
        return (T)found;
    }
}
