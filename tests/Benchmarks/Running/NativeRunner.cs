// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>The same kernel as a program of this host: the limit.</summary>
internal sealed class NativeRunner : IRunner
{
    public string Name => "native";

    public RunResult Run(Workload workload, uint iterations) =>
        ChildProcess.Run(workload.Native!, [iterations.ToString(CultureInfo.InvariantCulture)], RunLimits.Timeout);
}
