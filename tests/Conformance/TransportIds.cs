// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Conformance;

/// <summary>Every transport.</summary>
public sealed class TransportIds() : ComponentIds("transport");
