// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>What travels of a VM beside its pages and state.</summary>
/// <param name="Manifest">The manifest's text.</param>
/// <param name="Machine">The machine's text.</param>
/// <param name="Image">The digest of its firmware.</param>
/// <param name="Wanted">What its owner wants it to do.</param>
internal sealed record MovedDescription(string Manifest, string Machine, string Image, VmWanted Wanted);
