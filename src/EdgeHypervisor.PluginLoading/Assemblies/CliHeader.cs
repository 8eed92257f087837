// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>The header of .NET in an assembly's file (ECMA-335 II.25.3.3).</summary>
internal readonly ref struct CliHeader(ReadOnlySpan<byte> bytes)
{
    public const int Bytes = 72;
    private readonly CheckedBytes _bytes = new(bytes);

    /// <summary>The metadata's address in memory.</summary>
    public uint Metadata => _bytes.UInt32(8);

    public uint MetadataBytes => _bytes.UInt32(12);

    /// <summary>Whether its <c>ManagedNativeHeader</c>, which the standard leaves zero, is there.</summary>
    public bool IsCompiledAhead => _bytes.UInt32(68) > 0;
}
