// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>What is wrong with a manifest; the message names the field.</summary>
internal sealed class ManifestException(string problem) : Exception($"{ManifestReader.FileName}: {problem}")
{
    public ManifestException(string field, string problem) : this($"field '{field}': {problem}") { }

    public static ManifestException NotText() => new("not valid text");
}
