// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Host;

/// <summary>A request that cannot be served, with what its sender is told.</summary>
internal sealed class ProblemException(Problem problem, Exception? inner = null) : Exception(problem.Detail ?? problem.Title, inner)
{
    public Problem Problem { get; } = problem;
}
