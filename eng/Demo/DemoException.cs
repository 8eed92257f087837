// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Demo;

/// <summary>The demonstration cannot go on, or has found what must not be.</summary>
internal sealed class DemoException(string message) : Exception(message);
