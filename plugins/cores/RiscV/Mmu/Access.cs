// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>What an access wants; the values are the R, W and X bits of a page table entry and of pmpcfg shifted by one.</summary>
internal enum Access : byte
{
    Load = 1,
    Store = 2,
    Fetch = 4,
}
