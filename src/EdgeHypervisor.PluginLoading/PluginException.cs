// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>A plugin that cannot be had: the message names what was asked for, the plugin and the reason.</summary>
public sealed class PluginException(string message, Exception? inner = null) : Exception(message, inner);
