// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions.Reading;
using EdgeHypervisor.Descriptions.Yaml;

namespace EdgeHypervisor.Descriptions;

/// <summary>Reads <c>kind: Board</c>.</summary>
internal static class BoardReader
{
    private const int MostPins = 512;

    public static BoardDescription Read(Fields fields) => new()
    {
        Name = fields.Name("name", Names.Title, Names.TitleRule),
        Description = fields.Text("description"),
        Model = fields.Text("model"),
        Labels = LabelReader.Read(fields),
        Lend = ReadLend(fields) ?? LendRule.Default,
        Peripherals = ReadPeripherals(fields),
        Header = fields.Mapping("header", Shapes.Header) is { } header ? ReadHeader(header) : null,
        Where = fields.Where,
    };

    private static List<PeripheralDescription> ReadPeripherals(Fields board)
    {
        var peripherals = new List<PeripheralDescription>();
        foreach (var entry in board.Entries("peripherals"))
        {
            var path = $"{board.PathOf("peripherals")}.{Fields.Short(entry.Name)}";
            if (!Names.Role.IsMatch(entry.Name))
                board.Errors.Add(entry.Where, path, $"not a role's name; allowed are {Names.RoleRule}");
            if (entry.Value is YamlMapping mapping)
                peripherals.Add(ReadPeripheral(entry.Name, new Fields(mapping, Shapes.Peripheral, path, board.Errors, takesOptions: true)));
            else
                board.Errors.Add(entry.Value.Where, path, $"must be a mapping such as {{ driver: linux.gpio, … }}, not {entry.Value.Kind}");
        }
        return peripherals;
    }

    private static PeripheralDescription ReadPeripheral(string role, Fields fields) => new()
    {
        Role = role,
        Driver = fields.PluginName("driver", "linux.gpio"),
        Options = fields.OtherFields(),
        Pins = ReadPins(fields),
        Note = fields.Text("note"),
        Lend = ReadLend(fields),
        Where = fields.Where,
    };

    private static LendRule? ReadLend(Fields fields)
    {
        var words = fields.Texts("lend");
        if (words.Count == 0) return null;
        foreach (var word in words.Where(word => !Names.Title.IsMatch(word)))
            fields.Wrong("lend", $"'{Fields.Short(word)}' is neither trusted, nobody, anyone nor a board's name; allowed are {Names.TitleRule}");
        if (words is [var only])
        {
            foreach (var who in new[] { LendTo.Trusted, LendTo.Nobody, LendTo.Anyone })
                if (only == Quantity.ToKebabCase(who.ToString())) return new LendRule(who, []);
        }
        foreach (var word in words.Where(word => word is "trusted" or "nobody" or "anyone"))
            fields.Wrong("lend", $"'{word}' stands alone; a list has the names of boards");
        return new LendRule(LendTo.Named, words);
    }

    private static List<int> ReadPins(Fields peripheral)
    {
        var pins = new List<int>();
        foreach (var text in peripheral.Texts("pin"))
        {
            if (TryParsePin(text, out var pin)) pins.Add(pin);
            else peripheral.Wrong("pin", $"'{Fields.Short(text)}' is not a physical pin number from 1 to {MostPins}");
        }
        return pins;
    }

    private static HeaderDescription ReadHeader(Fields header)
    {
        var columns = (int)header.Integer("columns", fallback: 2, minimum: 1, maximum: 4);
        var pins = new Dictionary<int, HeaderPinDescription>();
        foreach (var entry in header.Entries("pins"))
        {
            var path = $"{header.PathOf("pins")}.{Fields.Short(entry.Name)}";
            if (!TryParsePin(entry.Name, out var number))
                header.Errors.Add(entry.Where, path, $"not a physical pin number from 1 to {MostPins}");
            else if (!pins.TryAdd(number, ReadPin(number, entry.Value, path, header.Errors)))
                header.Errors.Add(entry.Where, path, "given twice");
        }
        List<HeaderPinDescription> inOrder = [.. pins.Values];
        inOrder.Sort((one, other) => one.Number.CompareTo(other.Number));
        return new HeaderDescription(columns, inOrder);
    }

    private static HeaderPinDescription ReadPin(int number, YamlNode value, string path, ErrorList errors)
    {
        if (value is YamlScalar { IsLeftOut: false } name) return new HeaderPinDescription(number, name.Text, null, []);
        if (value is not YamlMapping mapping)
        {
            errors.Add(value.Where, path, $"must be a name or a mapping such as {{ name: GPIO17, line: 17 }}, not {value.Kind}");
            return new HeaderPinDescription(number, "", null, []);
        }
        var fields = new Fields(mapping, Shapes.HeaderPin, path, errors);
        return new HeaderPinDescription(
            number, fields.Text("name"), (int?)fields.FindInteger("line", 0, 4095), fields.Texts("functions"));
    }

    private static bool TryParsePin(string text, out int pin)
    {
        var isNumber = Quantity.TryParseInteger(text, out var value) && value is >= 1 and <= MostPins;
        pin = isNumber ? (int)value : 0;
        return isNumber;
    }
}
