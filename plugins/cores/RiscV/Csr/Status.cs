// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Fields of mstatus. Privileged specification, 3.1.6.</summary>
internal static class Status
{
    public const ulong Sie = 1 << 1;
    public const ulong Mie = 1 << 3;
    public const ulong Spie = 1 << 5;
    public const ulong Mpie = 1 << 7;
    public const ulong Spp = 1 << 8;
    public const int MppShift = 11;
    public const ulong Mpp = 3 << MppShift;
    public const int FsShift = 13;
    public const ulong Fs = 3 << FsShift;
    public const ulong Mprv = 1 << 17;
    public const ulong Sum = 1 << 18;
    public const ulong Mxr = 1 << 19;
    public const ulong Tvm = 1 << 20;
    public const ulong Tw = 1 << 21;
    public const ulong Tsr = 1 << 22;

    /// <summary>What sstatus shows beside SD.</summary>
    public const ulong SupervisorView = Sie | Spie | Spp | Fs | Sum | Mxr | 3UL << 32;

    /// <summary>What software may change through sstatus.</summary>
    public const ulong SupervisorWritable = Sie | Spie | Spp | Fs | Sum | Mxr;

    /// <summary>The privilege before the last trap to machine mode.</summary>
    public static Privilege PreviousPrivilege(ulong status) => (Privilege)(status >> MppShift & 3);
}
