// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Every encoding, in the manual's order; the first that matches counts.</summary>
internal static partial class EncodingTable
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Encoding> All { get; } =
    [
        .. Narrow(), .. WideMemory(), .. WideData(), .. WideMultiply(), .. WideSystem(), .. Float(),
    ];

    private static Encoding Row(Level level, string pattern, Func<Encoding.Fields, Instruction> build) => new(level, pattern, build);
}
