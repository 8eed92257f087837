// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>One real (or simulated) thing on the board.</summary>
/// <param name="Role">What VMs call it: <c>relay1</c>.</param>
/// <param name="Driver">The driver plugin that reaches it.</param>
/// <param name="Kind"><c>gpio</c>, <c>i2c</c>, <c>spi</c>, <c>pwm</c>, <c>serial</c>, <c>adc</c>, <c>led</c>; null until it was opened.</param>
/// <param name="Pins">Its physical pins on the board's header.</param>
/// <param name="Options">Its settings in the board description.</param>
/// <param name="Simulated">Whether its outside can be looked at and changed.</param>
/// <param name="Observed">What is seen outside, for simulated ones: <c>level</c>, <c>temperature</c>.</param>
/// <param name="Users">The VMs that use it now.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
public sealed record PeripheralInfo(
    string Role,
    string Driver,
    IReadOnlyList<int> Pins,
    IReadOnlyDictionary<string, string> Options,
    bool Simulated,
    IReadOnlyDictionary<string, string> Observed,
    IReadOnlyList<PeripheralUser> Users,
    string? Kind = null,
    string? Problem = null);
