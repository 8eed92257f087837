// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>A random branch does not reach its target.</summary>
internal sealed class BranchException(int distance) : Exception($"a branch over {distance} bytes");
