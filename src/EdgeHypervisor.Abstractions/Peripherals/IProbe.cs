// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// An extra ability of a driver plugin: it looks at the host for what its driver could open, so that <c>ehv board scan</c> can write
/// a first board file. Changes nothing, and takes nothing from who has it.
/// </summary>
public interface IProbe
{
    /// <summary>Looks. What cannot be looked at is a remark, not an exception.</summary>
    ProbeResult Probe(ProbeRequest request);
}
