// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Where an exception out of a plugin ends: its VM pauses with the reason, and nothing else is touched.</summary>
internal interface IFaultSink
{
    /// <summary>Notes the fault and asks the cores to stop; the first one counts. On the VM's turn.</summary>
    void Report(ComponentInfo component, Exception exception);
}
