// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Where a frame of the data stream goes. The numbers are on the wire.</summary>
internal enum FrameDirection : byte
{
    /// <summary>Pages and state.</summary>
    ToDestination = 1,

    /// <summary>Acknowledgements, credit and answers.</summary>
    ToSource = 2,
}
