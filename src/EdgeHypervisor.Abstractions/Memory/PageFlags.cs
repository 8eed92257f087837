// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>What is known of a 4 KiB page of guest RAM. Zero is the fast case: writable, already dirty, no code.</summary>
[Flags]
public enum PageFlags : byte
{
    /// <summary>A store needs nothing more than the store.</summary>
    None = 0,

    /// <summary>A guest's store is not done: ROM. A core hands it to <see cref="IBus.TryWrite"/>, where a flash controller may take it.</summary>
    ReadOnly = 1,

    /// <summary>Not written since the last look; the first store must clear this and so make the page dirty.</summary>
    Clean = 2,

    /// <summary>Holds instructions that a core has decoded or translated; a store must tell the cores.</summary>
    Code = 4,
}
