// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>A piece of a VM that is moved in pages of 4096 bytes.</summary>
/// <param name="Name">Its name: <c>ram</c>, <c>firmware</c>. Unique within the VM, 1 to 64 characters.</param>
/// <param name="LengthBytes">Its length; the last page may be partial, and counts as filled up with zeros.</param>
public sealed record MovableRegion(string Name, long LengthBytes)
{
    /// <summary>Bytes of a page.</summary>
    public const int PageBytes = 4096;

    /// <summary>The longest region: 64 GiB.</summary>
    public const long MaximumLengthBytes = 1L << 36;

    /// <summary>Number of pages.</summary>
    public int PageCount => (int)((LengthBytes + PageBytes - 1) / PageBytes);
}
