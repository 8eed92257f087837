// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading;

/// <summary>Holds a manifest against what the assembly declares with <see cref="EdgePluginAttribute{TPlugin}"/>.</summary>
internal static class DeclarationCheck
{
    /// <exception cref="PluginFaultException">The two differ, or a factory is not of the kind that the manifest says.</exception>
    public static void Verify(PluginManifest manifest, IReadOnlyCollection<EdgePluginAttribute> declared)
    {
        var ids = declared.Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        if (ids.Count < declared.Count) throw new PluginFaultException($"{manifest.Assembly} declares the same id twice");
        if (manifest.Provides.FirstOrDefault(id => !ids.Contains(id)) is { } promised)
            throw new PluginFaultException($"the manifest says it provides '{promised}', but {manifest.Assembly} does not declare that: {ListOf(ids)}");
        if (ids.FirstOrDefault(id => !manifest.Provides.Contains(id)) is { } hidden)
            throw new PluginFaultException($"{manifest.Assembly} declares '{hidden}', which the manifest's 'provides' does not list");
        VerifyContract(manifest.Kind, declared);
    }

    private static string ListOf(HashSet<string> ids) =>
        ids.Count == 0 ? "it declares nothing" : $"it declares {string.Join(", ", ids.Order(StringComparer.Ordinal))}";

    private static void VerifyContract(string kind, IReadOnlyCollection<EdgePluginAttribute> declared)
    {
        var contract = PluginKind.ContractOf(kind);
        if (declared.FirstOrDefault(d => !contract.IsAssignableFrom(d.PluginType)) is { } wrong)
            throw new PluginFaultException($"'{wrong.Id}' is of kind {kind}, but {wrong.PluginType.Name} does not implement {contract.Name}");
    }
}
