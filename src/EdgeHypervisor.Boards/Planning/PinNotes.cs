// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>What a board's file says of a peripheral's pins, and where it contradicts itself.</summary>
internal static partial class PinNotes
{
    /// <summary>Worth knowing: the peripheral's own note, what else its pins can do, and which other roles are on them.</summary>
    public static IEnumerable<string> About(BoardDescription board, PeripheralDescription peripheral)
    {
        if (peripheral.Note.Length > 0) yield return peripheral.Note;
        foreach (var pin in peripheral.Pins)
        {
            if (Find(board, pin) is { Functions.Count: > 0 } described)
                yield return $"pin {pin} ({described.Name}) can also be {string.Join(", ", described.Functions)}";
            var others = board.Peripherals.Where(other => other.Role != peripheral.Role && other.Pins.Contains(pin) && !AreOneBus(peripheral, other)).Select(other => $"'{other.Role}'").ToList();
            if (others.Count > 0) yield return $"pin {pin} is also {string.Join(", ", others)}: only one of them at a time";
        }
    }

    /// <summary>A peripheral on a supply pin; a line on a pin that leads to another line.</summary>
    public static IEnumerable<string> Problems(BoardDescription board, PeripheralDescription peripheral, PeripheralKind? kind)
    {
        foreach (var pin in peripheral.Pins)
        {
            if (Find(board, pin) is not { } described) continue;
            if (described.Line is null && Supply().IsMatch(described.Name))
                yield return $"{peripheral.Where}: peripherals.{peripheral.Role}.pin: pin {pin} of the header is {described.Name}, where no peripheral can be";
            if (kind == PeripheralKind.Gpio && peripheral.Pins.Count == 1 && described.Line is { } line && LineOf(peripheral) is { } own && own != line)
                yield return $"{peripheral.Where}: peripherals.{peripheral.Role}.pin: pin {pin} of the header leads to line {line} ({described.Name}), and the peripheral is line {own}";
        }
    }

    private static HeaderPinDescription? Find(BoardDescription board, int pin) => board.Header?.Pins.FirstOrDefault(described => described.Number == pin);

    private static long? LineOf(PeripheralDescription peripheral) =>
        peripheral.Options.TryGetValue("line", out var text) && Quantity.TryParseInteger(text, out var line) ? line : null;

    // Targets and chip selects of one bus share its pins.
    private static bool AreOneBus(PeripheralDescription one, PeripheralDescription other) =>
        one.Driver == other.Driver && one.Options.TryGetValue("bus", out var bus) && other.Options.TryGetValue("bus", out var otherBus) && bus == otherBus;

    [GeneratedRegex("^(GND|VCC|VIN|VBUS|[0-9]+V[0-9]*|[0-9]+[.][0-9]+ ?V)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Supply();
}
