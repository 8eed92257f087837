// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Chaos;

/// <summary>What happens to a move.</summary>
internal enum ChaosFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The connections of one board to the broker are cut.</summary>
    Cut,

    /// <summary>Both links hold everything back for 25 ms and let 1 MB/s through, for the whole move.</summary>
    Slow,

    /// <summary>The broker is killed and comes back.</summary>
    Broker,

    /// <summary>The destination is killed and comes back.</summary>
    Destination,

    /// <summary>The source is killed and comes back.</summary>
    Source,
}
