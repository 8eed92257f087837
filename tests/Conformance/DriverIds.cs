// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Conformance;

/// <summary>Every driver.</summary>
public sealed class DriverIds() : ComponentIds("driver");
