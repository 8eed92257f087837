// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>What an output does when its VM no longer drives it.</summary>
public enum ReleaseAction : byte
{
    /// <summary>Stays as it is.</summary>
    Hold,

    /// <summary>Goes to its safe state.</summary>
    Safe,
}
