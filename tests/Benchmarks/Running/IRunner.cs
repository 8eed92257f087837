// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>Something that runs a workload in a process of its own.</summary>
internal interface IRunner
{
    /// <summary>With its version.</summary>
    string Name { get; }

    /// <exception cref="BenchmarkException">It failed.</exception>
    RunResult Run(Workload workload, uint iterations);
}
