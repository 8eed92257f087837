// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>How grave a message of a VM is.</summary>
public enum VmLogLevel : byte
{
    /// <summary>For the author of firmware or a plugin.</summary>
    Debug,

    /// <summary>A change worth knowing.</summary>
    Information,

    /// <summary>Something that is probably a mistake.</summary>
    Warning,

    /// <summary>The VM had to stop.</summary>
    Error,
}
