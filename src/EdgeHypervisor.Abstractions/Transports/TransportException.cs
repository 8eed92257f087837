// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>The transport could not do it. The message names the broker and its reason.</summary>
public sealed class TransportException(string message, Exception? inner = null) : Exception(message, inner);
