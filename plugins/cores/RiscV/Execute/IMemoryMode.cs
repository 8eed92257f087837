// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>How an address becomes host memory at once. What this cannot do goes the slow way, which can do everything.</summary>
internal unsafe interface IMemoryMode
{
    /// <summary>Whether a load of <paramref name="sizeBytes"/> may use <see cref="LoadHost"/>.</summary>
    static abstract bool CanLoad(Hart* hart, ulong address, ulong sizeBytes);

    /// <summary>The host's address to load from.</summary>
    static abstract byte* LoadHost(Hart* hart, ulong address);

    /// <summary>Whether a store of <paramref name="sizeBytes"/> may use <see cref="StoreHost"/>.</summary>
    static abstract bool CanStore(Hart* hart, ulong address, ulong sizeBytes);

    /// <summary>The host's address to store to.</summary>
    static abstract byte* StoreHost(Hart* hart, ulong address);
}
