// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>Whether a VM starts again by itself.</summary>
public enum RestartPolicy : byte
{
    /// <summary>It stays as it is, for somebody to look at.</summary>
    Never,

    /// <summary>After a fault of the guest or of a plugin.</summary>
    OnFault,
}
