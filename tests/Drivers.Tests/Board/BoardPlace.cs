// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Tests;

/// <summary>A device of the board that the tests run on, and its outside, as an environment variable names them.</summary>
/// <param name="values"><c>chip=pinctrl-bcm2711 line=17 outside=/run/board/gpio/sim_gpio17</c>, taken apart.</param>
internal sealed class BoardPlace(IReadOnlyDictionary<string, string> values)
{
    public const string Gpio = "EHV_BOARD_GPIO", I2c = "EHV_BOARD_I2C", Spi = "EHV_BOARD_SPI", Pwm = "EHV_BOARD_PWM";
    public const string Serial = "EHV_BOARD_SERIAL", Adc = "EHV_BOARD_ADC", Led = "EHV_BOARD_LED", Smbus = "EHV_BOARD_SMBUS", Chips = "EHV_BOARD_CHIPS";

    /// <summary>Tests on the board run one after the other: they share its devices.</summary>
    public const string Collection = "board";

    public string this[string name] => values.TryGetValue(name, out var value) ? value : throw new KeyNotFoundException($"the variable says no {name}=");

    /// <summary>Null where the variable is not set.</summary>
    public static BoardPlace? Find(string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } text) return null;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2));
        return new BoardPlace(parts.ToDictionary(part => part[0], part => part[1]));
    }

    public static BoardPlace Of(string variable) => Find(variable)!;

    /// <summary>Those of its settings that a driver takes as options.</summary>
    public (string Name, string Value)[] Options(params string[] names) => [.. names.Where(values.ContainsKey).Select(name => (name, values[name]))];
}
