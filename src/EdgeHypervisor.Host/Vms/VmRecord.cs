// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>What the service remembers of a VM beside its texts: <c>vm.json</c> in its folder.</summary>
/// <param name="Version">The version of these fields.</param>
/// <param name="Id">Its id, never used again for another VM.</param>
/// <param name="Name">Its name.</param>
/// <param name="Image">The digest of its firmware.</param>
/// <param name="Wanted">What its owner wants it to do.</param>
internal sealed record VmRecord(int Version, string Id, string Name, string Image, VmWanted Wanted)
{
    public const int CurrentVersion = 1;
}
