// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>One pin of a header.</summary>
/// <param name="Number">Its physical number.</param>
/// <param name="Name">Its usual name: <c>GPIO17</c>, <c>3V3</c>, <c>GND</c>.</param>
/// <param name="Line">The line's offset in the board's header GPIO chip; null for power and ground.</param>
/// <param name="Functions">What else the pin can be: <c>I2C1 SDA</c>.</param>
public sealed record HeaderPinDescription(int Number, string Name, int? Line, IReadOnlyList<string> Functions);
