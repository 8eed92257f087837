// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// An extra ability of a core: it gives back memory that it can fill again, such as decoded instructions. Asked between
/// slices, once its VM has had nothing to do for a while, so that hundreds of idle VMs fit a small board.
/// </summary>
public interface ITrimmable
{
    /// <summary>Gives back what is cheap to make again. Nothing that the guest can observe changes.</summary>
    void Trim();
}
