// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>The timers that the machines ask for. Setting one again restarts it; one that fires late or twice does no harm.</summary>
public enum ProtocolTimer : byte
{
    /// <summary>Time to repeat what the other side has not answered.</summary>
    Retry,

    /// <summary>The other side has been silent for so long that an attempt which may be given up is given up.</summary>
    Patience,
}
