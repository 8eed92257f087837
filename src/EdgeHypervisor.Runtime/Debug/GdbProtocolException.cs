// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>The debugger sent something that is not the protocol. Ends the session, nothing else.</summary>
internal sealed class GdbProtocolException(string message) : Exception(message);
