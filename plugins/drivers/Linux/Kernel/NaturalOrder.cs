// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Names in the order in which people count: <c>gpiochip2</c> before <c>gpiochip10</c>.</summary>
internal sealed partial class NaturalOrder : IComparer<string>
{
    private const int LongestNumber = 20;

    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y) => string.CompareOrdinal(Padded(x), Padded(y));

    private static string Padded(string? name) => Numbers().Replace(name ?? "", number => number.Value.PadLeft(LongestNumber, '0'));

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
