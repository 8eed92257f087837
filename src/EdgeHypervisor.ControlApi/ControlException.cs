// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>The service refused, or could not be reached.</summary>
/// <param name="problem">What and why.</param>
public sealed class ControlException(Problem problem, Exception? inner = null) : Exception(problem.Detail ?? problem.Title, inner)
{
    /// <summary>What and why. <see cref="Problem.Status"/> is 0 when the service could not be reached.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>Whether there was no service to ask.</summary>
    public bool IsUnreachable => Problem.Status == 0;
}
