// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A plugin threw where it must not. Ends at its VM, which pauses with this as the reason.</summary>
internal sealed class PluginFaultException(ComponentInfo component, string what, Exception inner)
    : Exception($"{component}: {what}: {inner.GetType().Name}: {inner.Message}", inner)
{
    public ComponentInfo Component { get; } = component;
}
