// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>For whom to write.</summary>
internal enum OutputFormat : byte
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs: JSON; streams as one object a line.</summary>
    Json,
}
