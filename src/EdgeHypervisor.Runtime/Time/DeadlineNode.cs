// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Something with a deadline that can stand in a <see cref="DeadlineHeap{TNode}"/>.</summary>
internal abstract class DeadlineNode(int rank = 0)
{
    /// <summary>The order among equal deadlines.</summary>
    public int Rank { get; } = rank;

    /// <summary>The deadline in nanoseconds; means something only while <see cref="IsSet"/>.</summary>
    public long Deadline { get; set; }

    /// <summary>Whether it stands in a heap.</summary>
    public bool IsSet => HeapIndex >= 0;

    /// <summary>Where; for the heap alone.</summary>
    public int HeapIndex { get; set; } = -1;
}
