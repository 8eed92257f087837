// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// From the place where translated code can be stopped to a place that stands for all: code is stopped at the heads of its loops
/// only, so a sample is taken some instructions further, each number up to <see cref="Longest"/> being as likely as the others.
/// </summary>
internal sealed class SampleWalk(Random random)
{
    /// <summary>The most instructions; most loops are shorter.</summary>
    public const int Longest = 256;

    private readonly List<ulong> _seen = new(Longest);
    private int _length;

    /// <summary>Whether one is under way.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>Begins one.</summary>
    public void Begin()
    {
        _seen.Clear();
        _length = random.Next(1, Longest + 1);
        IsUnderWay = true;
    }

    /// <summary>An instruction has been executed, and this one comes next. True when the walk has come to its end, at the sample.</summary>
    /// <param name="next">Address of the next instruction.</param>
    /// <param name="isAsleep">The guest waits and goes no further: any place that it has come by is the sample.</param>
    /// <param name="sample">Where the guest was.</param>
    public bool Advance(ulong next, bool isAsleep, out ulong sample)
    {
        sample = next;
        if (!isAsleep) _seen.Add(next);
        if (!isAsleep && _seen.Count < _length) return false;
        IsUnderWay = false;
        if (isAsleep && _seen.Count > 0) sample = _seen[random.Next(_seen.Count)];
        return true;
    }
}
