// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>What stands in the fields of a manifest, each of which is known.</summary>
internal sealed class ManifestFields
{
    /// <summary>The fields that there are.</summary>
    public static readonly string[] Known = ["id", "kind", "version", "sdk", "assembly", "provides", "description"];

    private readonly ManifestValue?[] _values = new ManifestValue?[Known.Length];

    /// <summary>Notes a field; false where it is unknown or there already.</summary>
    public bool TryAdd(string name, ManifestValue value)
    {
        var at = Array.IndexOf(Known, name);
        if (at < 0 || _values[at] is not null) return false;
        _values[at] = value;
        return true;
    }

    /// <summary>What stands in a known field; null where it is missing.</summary>
    public ManifestValue? Find(string name) => _values[Array.IndexOf(Known, name)];
}
