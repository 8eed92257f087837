// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>The version of this SDK. A plugin built for another major version is refused with a clear reason.</summary>
public static class SdkVersion
{
    /// <summary>Grows when a contract changes in a way that breaks compiled plugins.</summary>
    public const int Major = 1;

    /// <summary>Grows when something is added.</summary>
    public const int Minor = 0;

    /// <summary>The version as a manifest's <c>sdk</c> range compares it.</summary>
    public static Version Current { get; } = new(Major, Minor);
}
