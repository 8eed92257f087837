// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>Blocks that are to be looked at, once more perhaps: each at most once at a time, who waits longest first.</summary>
/// <param name="count">How many there are in the plan.</param>
internal sealed class OpenBlocks(int count)
{
    private readonly int[] _waiting = new int[count];
    private readonly bool[] _isOpen = new bool[count];
    private int _first;
    private int _count;

    /// <summary>A block is to be looked at.</summary>
    public void Add(int index)
    {
        if (_isOpen[index]) return;
        _isOpen[index] = true;
        _waiting[(_first + _count++) % count] = index;
    }

    /// <summary>Takes the next; false when there is none.</summary>
    public bool TryTake(out int index)
    {
        index = 0;
        if (_count == 0) return false;
        index = _waiting[_first];
        _first = (_first + 1) % count;
        _count--;
        _isOpen[index] = false;
        return true;
    }
}
