// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// Something whose state is part of a VM's state: it can be saved at any moment between two slices, on any host, and
/// restored into a freshly made twin, after which both behave alike.
/// </summary>
/// <remarks>
/// State is named, versioned data, never raw memory. Caches, translated code and host resources are not state.
/// Something that cannot be saved throws <see cref="StateException"/> with the reason.
/// </remarks>
public interface ISnapshottable
{
    /// <summary>The version of the fields that <see cref="Save"/> writes; grows with each change of their meaning.</summary>
    int StateVersion => 1;

    /// <summary>Writes everything the guest can observe.</summary>
    void Save(IStateWriter state);

    /// <summary>
    /// Takes over a saved state and drives all outputs and interrupt lines anew. <see cref="IStateReader.Version"/> is
    /// at most <see cref="StateVersion"/>; fields that an older version lacked are read with a fallback.
    /// </summary>
    /// <exception cref="StateException">A field is missing or out of range. Nothing in a state is trusted.</exception>
    void Restore(IStateReader state);
}
