// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// An extra ability of a driver: it knows whether a peripheral that is not open could be opened now, without opening it, so that
/// a plan can say who has it.
/// </summary>
public interface IAvailability
{
    /// <summary>Why it could not be opened: it is not there, or somebody outside of this service has it. Null when nothing speaks against it.</summary>
    string? WhyUnavailable(ComponentOptions options);
}
