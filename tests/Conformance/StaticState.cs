// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace EdgeHypervisor.Conformance;

/// <summary>Finds static fields that can be assigned: one plugin serves many VMs, which must not meet in it.</summary>
internal static class StaticState
{
    /// <summary>Their names, read from the file without loading it.</summary>
    public static IReadOnlyList<string> FindFields(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return [.. metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
            .Where(type => !IsGenerated(metadata, type))
            .SelectMany(type => type.GetFields().Select(metadata.GetFieldDefinition)
                .Where(CanChange)
                .Select(field => $"{metadata.GetString(type.Name)}.{metadata.GetString(field.Name)}")
                .Where(name => !name.Contains('<')))];
    }

    private static bool CanChange(FieldDefinition field) =>
        (field.Attributes & FieldAttributes.Static) != 0
        && (field.Attributes & (FieldAttributes.InitOnly | FieldAttributes.Literal)) == 0;

    // The compiler's own: caches of lambdas, tables of switch statements; and what source generators write.
    private static bool IsGenerated(MetadataReader metadata, TypeDefinition type) =>
        metadata.GetString(type.Name).StartsWith('<')
        || metadata.GetString(type.Namespace).EndsWith(".Generated", StringComparison.Ordinal)
        || (!type.GetDeclaringType().IsNil && IsGenerated(metadata, metadata.GetTypeDefinition(type.GetDeclaringType())));
}
