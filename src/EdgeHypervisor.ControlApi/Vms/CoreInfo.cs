// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>A core of a VM.</summary>
/// <param name="Name"><c>cpu0</c>.</param>
/// <param name="Plugin">What made it.</param>
/// <param name="Instructions">Instructions retired.</param>
/// <param name="Registers">Name and value in hexadecimal, where the core can be looked into and the VM is not running.</param>
/// <param name="Translation">What it has translated; null where nothing is.</param>
public sealed record CoreInfo(
    string Name, string Plugin, long Instructions, IReadOnlyDictionary<string, string>? Registers = null, TranslationInfo? Translation = null);
