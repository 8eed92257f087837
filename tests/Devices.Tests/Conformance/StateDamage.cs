// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Devices.Tests.Fakes;

namespace Devices.Tests.Conformance;

/// <summary>One wrong thing in a saved state, somewhere in its tree.</summary>
/// <param name="Pick">Chooses the field.</param>
/// <param name="Number">What a number becomes.</param>
/// <param name="Way">How it is damaged: another value, another length, another type, gone.</param>
internal sealed record StateDamage(int Pick, ulong Number, int Way)
{
    private static readonly ulong[] Extremes = [ulong.MaxValue, long.MaxValue, 1UL << 63];

    public static Gen<StateDamage> Gen { get; } = CsCheck.Gen.Select(
        CsCheck.Gen.Int[0, 1000],
        CsCheck.Gen.OneOf(CsCheck.Gen.ULong, CsCheck.Gen.ULong[0, 300], CsCheck.Gen.Int[0, 2].Select(i => Extremes[i])),
        CsCheck.Gen.Int[0, 5],
        (pick, number, way) => new StateDamage(pick, number, way));

    public void ApplyTo(StateTree state)
    {
        var leaves = Leaves(state).ToList();
        if (leaves.Count == 0) return;
        var (tree, name) = leaves[Pick % leaves.Count];
        if (Way == 0) tree.Fields.Remove(name);
        else if (Way == 1) tree.Fields[name] = "text";
        else tree.Fields[name] = Changed(tree.Fields[name]);
    }

    private object Changed(object value) => value switch
    {
        ulong => Number,
        long => (long)Number,
        bool b => !b,
        byte[] bytes => Changed(bytes, (byte)Number),
        ulong[] numbers => Changed(numbers, Number),
        StateTree[] when Way == 2 => Array.Empty<StateTree>(),
        StateTree[] list => Enumerable.Repeat(list.FirstOrDefault() ?? new StateTree(), Pick).ToArray(),
        _ => Number,
    };

    private T[] Changed<T>(T[] row, T value)
    {
        if (Way == 2) return [.. row, value];
        if (Way == 3) return Enumerable.Repeat(value, Pick).ToArray();
        if (row.Length == 0) return [value];
        T[] changed = [.. row];
        changed[Pick % row.Length] = value;
        return changed;
    }

    private static IEnumerable<(StateTree Tree, string Name)> Leaves(StateTree tree)
    {
        foreach (var (name, value) in tree.Fields)
        {
            yield return (tree, name);
            var children = value switch { StateTree child => [child], StateTree[] list => list, _ => Array.Empty<StateTree>() };
            foreach (var leaf in children.SelectMany(Leaves)) yield return leaf;
        }
    }
}
