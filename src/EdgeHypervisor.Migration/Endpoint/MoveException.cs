// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>A move that cannot be done; the message names the VM or board and says why.</summary>
public sealed class MoveException(string message, Exception? inner = null) : Exception(message, inner);
