// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What a VM has used and done since it was built.</summary>
/// <param name="Instructions">Guest instructions retired, of all cores.</param>
/// <param name="Slices">Slices of guest code.</param>
/// <param name="RunTime">Host time that its turns took.</param>
/// <param name="WakeUps">How often it was woken from sleep.</param>
/// <param name="BusErrors">Accesses to addresses where nothing is.</param>
/// <param name="Translation">What its cores have translated.</param>
public readonly record struct VmStatistics(
    long Instructions, long Slices, TimeSpan RunTime, long WakeUps, long BusErrors, TranslationFigures Translation);
