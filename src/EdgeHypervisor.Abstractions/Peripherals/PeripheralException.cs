// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A peripheral cannot be opened or used. The message names the thing and the host's reason.</summary>
public sealed class PeripheralException(string message, Exception? inner = null) : Exception(message, inner);
