// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards;

/// <summary>What a mapping says in the runtime's words.</summary>
internal static class MappingExtensions
{
    public static ReleaseAction ActionFor(this PortMapping mapping, OutputRelease reason) => reason switch
    {
        OutputRelease.Pause => mapping.OnPause,
        OutputRelease.Fault => mapping.OnFault,
        OutputRelease.Handover when mapping.OnMove == OnMove.StayBehind => ReleaseAction.Hold, // the VM goes on driving it from where it is then
        OutputRelease.Handover => mapping.OnHandover,
        OutputRelease.ServiceRestart => mapping.OnServiceRestart,
        OutputRelease.LeaseEnd => mapping.OnLeaseEnd,
        OutputRelease.Checkpoint => ReleaseAction.Hold,
        _ => mapping.OnStop,
    };
}
