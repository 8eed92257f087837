// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A core that translates hot code can also implement this, to say how much of it there is.</summary>
public interface ITranslatingCore
{
    /// <summary>What has been translated. Any thread may ask.</summary>
    TranslationFigures Translation { get; }
}

/// <summary>What a core has translated.</summary>
/// <param name="Regions">Regions in place.</param>
/// <param name="Instructions">Guest instructions in them.</param>
/// <param name="RegionsMade">Regions made since the core was created, dropped ones included.</param>
/// <param name="BytesMade">Bytes of guest code in those, counted as often as they were translated.</param>
/// <param name="Time">Time that making them took, on other threads than the core's.</param>
public readonly record struct TranslationFigures(long Regions, long Instructions, long RegionsMade, long BytesMade, TimeSpan Time)
{
    /// <summary>Of two cores together.</summary>
    public static TranslationFigures operator +(TranslationFigures left, TranslationFigures right) => new(
        left.Regions + right.Regions, left.Instructions + right.Instructions, left.RegionsMade + right.RegionsMade, left.BytesMade + right.BytesMade, left.Time + right.Time);
}
