// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>What each pin of the 40-pin header is when nothing is said about it.</summary>
/// <remarks>Raspberry Pi hardware documentation, "GPIO and the 40-pin header"; all boards with this header since the B+.</remarks>
internal static class HeaderPins
{
    private const int Supply3V3 = -1, Supply5V = -2, Ground = -3, IdentityData = 0, IdentityClock = 1;

    private static readonly sbyte[] LineOfPin =
    [
        Supply3V3, Supply5V, 2, Supply5V, 3, Ground, 4, 14, Ground, 15,
        17, 18, 27, Ground, 22, 23, Supply3V3, 24, 10, Ground,
        9, 25, 11, 8, Ground, 7, IdentityData, IdentityClock, 5, Ground,
        6, 12, 13, Ground, 19, 16, 26, 20, Ground, 21,
    ];

    public static bool IsSupply(int pin) => LineOfPin[pin - 1] < 0;

    public static string NameOf(int pin) => LineOfPin[pin - 1] switch
    {
        Supply3V3 => "3V3",
        Supply5V => "5V",
        Ground => "GND",
        var line => $"GPIO{line}",
    };
}
