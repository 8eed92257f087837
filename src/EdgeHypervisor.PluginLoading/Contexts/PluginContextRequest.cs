// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace EdgeHypervisor.PluginLoading;

/// <summary>What a plugin's context is made from.</summary>
/// <param name="Name">Who it is for, as debuggers show it: <c>uart16550 0.1.0</c>.</param>
/// <param name="AssemblyPath">Absolute path of the plugin's assembly; its dependencies lie beside it.</param>
/// <param name="Shared">The SDK's assemblies, which the plugin shares with the host. It shares no others.</param>
/// <param name="CanUnload">
/// Whether its memory can be let go before the service ends. .NET takes no code compiled ahead of time in such a context
/// (docs/decisions/0008).
/// </param>
/// <param name="IsAlone">Whether it brings no other assembly: then there is none to look for in its folder.</param>
public sealed record PluginContextRequest(string Name, string AssemblyPath, IReadOnlyList<Assembly> Shared, bool CanUnload, bool IsAlone);
