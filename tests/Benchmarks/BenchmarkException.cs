// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>A measurement that could not be made, or whose result is wrong.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
