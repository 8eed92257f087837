// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>Where accesses to unassigned offsets of a window go: the guest reads zero, the host counts and says it once.</summary>
public interface IUnassigned
{
    /// <summary>Notes a read and returns zero.</summary>
    ulong Read(uint offset);

    /// <summary>Notes a write.</summary>
    void Write(uint offset, ulong value);
}
