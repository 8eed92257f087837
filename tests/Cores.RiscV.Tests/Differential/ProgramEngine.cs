// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>A way in which a hart of ours runs.</summary>
/// <param name="Name">The engine's option.</param>
/// <param name="IsDeterministic">Whether instructions are counted exactly.</param>
/// <param name="SliceInstructions">How many at a time.</param>
internal sealed record ProgramEngine(string Name, bool IsDeterministic, long SliceInstructions)
{
    public static ProgramEngine Interpreter { get; } = new("interpreter", true, 1_000_000);

    /// <summary>The translator in all its ways; short slices begin in the midst of regions.</summary>
    public static IReadOnlyList<ProgramEngine> Translators { get; } =
    [
        new("eager-translator", true, 100_000),
        new("eager-translator", false, 100_000),
        new("eager-translator", true, 23),
        new("eager-baseline", true, 100_000),
        new("eager-baseline", false, 100_000),
        new("eager-baseline", true, 23),
    ];

    public override string ToString() => $"{Name}, {(IsDeterministic ? "exact" : "quick")}, slices of {SliceInstructions}";
}
