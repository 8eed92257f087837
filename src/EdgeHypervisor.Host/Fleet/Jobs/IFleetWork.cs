// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>One kind of job that concerns several VMs.</summary>
internal interface IFleetWork
{
    /// <summary>The command that asks for it.</summary>
    string Verb { get; }

    /// <summary>Does what is not done yet; called again after a restart. Ends when all steps are over, or there are none.</summary>
    /// <param name="run">The job; its steps are made by the first call.</param>
    /// <param name="order">The command.</param>
    /// <param name="ending">The service ends; the job goes on at its next start.</param>
    Task RunAsync(FleetJobRun run, ReadOnlyMemory<byte> order, CancellationToken ending);
}
