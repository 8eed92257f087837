// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>What a VM's owner wants it to do; it survives a restart of the service.</summary>
internal enum VmWanted : byte
{
    Stopped,
    Paused,
    Running,
}
