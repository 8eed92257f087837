// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>A remembered page of code: from a virtual page to its decoded instructions.</summary>
internal unsafe struct FetchSlot
{
    /// <summary>The address of the page, or <see cref="Empty"/>.</summary>
    public ulong Page;

    /// <summary>Its decoded instructions, one for each halfword.</summary>
    public Instruction* Instructions;

    /// <summary>What turns a pointer to one of them into its program counter; see <see cref="Hart.PcBias"/>.</summary>
    public ulong PcBias;

    /// <summary>The page's bytes on the host.</summary>
    public byte* Host;

    /// <summary>
    /// No page has this address, and no access can look for it: what is compared of a misaligned one has its lowest three bits, so
    /// that an odd number would be found by odd addresses of page zero.
    /// </summary>
    public const ulong Empty = 0x800;
}
