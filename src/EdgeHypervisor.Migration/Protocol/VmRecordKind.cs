// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>What a board durably knows about its part in a VM's life. The numbers are in journals.</summary>
public enum VmRecordKind : byte
{
    /// <summary>The VM is not here (any more).</summary>
    Absent = 1,

    /// <summary>This board owns it.</summary>
    Owner = 2,

    /// <summary>This board owns it and has begun an attempt to hand it over.</summary>
    Offering = 3,

    /// <summary>Past the commit point: this board must not run it, and keeps the image until the destination has it.</summary>
    Relinquished = 4,

    /// <summary>This board holds all of it and must not run it before the source commits.</summary>
    Prepared = 5,
}
