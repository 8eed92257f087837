// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>How the outside of a simulated peripheral is spoken of.</summary>
internal static class Outside
{
    public static string Format(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    public static string Format(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Format(bool value) => value ? "true" : "false";

    public static string Level(bool level) => level ? "high" : "low";

    /// <exception cref="OptionException">It is no number in the range.</exception>
    public static double Number(string owner, string name, string text, double minimum, double maximum) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum
            ? value
            : throw new OptionException(owner, name, string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a number from {minimum} to {maximum}"));

    /// <exception cref="OptionException">It is neither true nor false.</exception>
    public static bool Boolean(string owner, string name, string text) =>
        bool.TryParse(text, out var value) ? value : throw new OptionException(owner, name, $"'{text}' is not true or false");

    public static OptionException Unknown(string owner, string name, params ReadOnlySpan<string?> known) =>
        new(owner, name, $"cannot be changed from outside; what can is: {string.Join(", ", known)}");
}
