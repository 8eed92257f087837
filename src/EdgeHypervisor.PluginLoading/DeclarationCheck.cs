// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading;

/// <summary>Holds a manifest against what the assembly declares with <see cref="EdgePluginAttribute{TPlugin}"/>.</summary>
internal static class DeclarationCheck
{
    /// <exception cref="PluginFaultException">The two differ, or a factory is not of the kind that the manifest says.</exception>
    public static void Verify(PluginManifest manifest, EdgePluginAttribute[] declared)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in declared)
        {
            if (!ids.Add(one.Id)) throw new PluginFaultException($"{manifest.Assembly} declares the same id twice");
        }
        foreach (var promised in manifest.Provides)
        {
            if (!ids.Contains(promised)) throw new PluginFaultException($"the manifest says it provides '{promised}', but {manifest.Assembly} does not declare that: {ListOf(ids)}");
        }
        foreach (var one in declared)
        {
            if (!manifest.Provides.Contains(one.Id)) throw new PluginFaultException($"{manifest.Assembly} declares '{one.Id}', which the manifest's 'provides' does not list");
        }
        VerifyContract(manifest.Kind, declared);
    }

    private static string ListOf(HashSet<string> ids) =>
        ids.Count == 0 ? "it declares nothing" : $"it declares {string.Join(", ", ids.Order(StringComparer.Ordinal))}";

    private static void VerifyContract(string kind, EdgePluginAttribute[] declared)
    {
        var contract = PluginKind.ContractOf(kind);
        foreach (var one in declared)
        {
            if (!contract.IsAssignableFrom(one.PluginType))
                throw new PluginFaultException($"'{one.Id}' is of kind {kind}, but {one.PluginType.Name} does not implement {contract.Name}");
        }
    }
}
