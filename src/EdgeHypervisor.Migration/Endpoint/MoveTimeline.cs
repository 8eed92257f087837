// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Migration;

/// <summary>When each step of a handover was done, counted from the moment at which the source began to stop the VM.</summary>
/// <remarks>
/// The destination tells its steps as times since a message came; each of its messages is taken to have been under way as long
/// as the one that it answers.
/// </remarks>
/// <param name="Marks">The steps that were seen, in the order of <see cref="MoveStep"/>.</param>
public sealed record MoveTimeline(IReadOnlyList<(MoveStep Step, TimeSpan At)> Marks)
{
    /// <summary>When a step was done; null when it was not seen.</summary>
    public TimeSpan? At(MoveStep step)
    {
        foreach (var mark in Marks)
        {
            if (mark.Step == step) return mark.At;
        }
        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Marks.Select(mark => FormattableString.Invariant($"{Quantity.ToKebabCase(mark.Step.ToString())} {mark.At.TotalMilliseconds:0.0}")));
}
