// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Hot code that a core has translated.</summary>
/// <param name="Regions">Regions in place.</param>
/// <param name="Instructions">Guest instructions in them.</param>
/// <param name="RegionsMade">Regions made so far, dropped ones included.</param>
/// <param name="BytesMade">Guest code in those.</param>
/// <param name="Milliseconds">Host time that making them took.</param>
public sealed record TranslationInfo(long Regions, long Instructions, long RegionsMade, long BytesMade, long Milliseconds);
