// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Ends a slice of guest code at a host time, since an estimate in instructions can be far off.</summary>
internal interface ISliceAlarm
{
    /// <summary>Sets the time of the host's monotonic clock at which the running slice is interrupted; replaces an earlier one.</summary>
    void Set(long hostNs);
}
