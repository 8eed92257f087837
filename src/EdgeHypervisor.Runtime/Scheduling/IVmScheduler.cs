// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Gives VMs their turns.</summary>
internal interface IVmScheduler
{
    /// <summary>Takes on a VM, which sleeps until it is woken.</summary>
    IScheduledVm Add(ISchedulable vm, SchedulingSettings settings);
}
