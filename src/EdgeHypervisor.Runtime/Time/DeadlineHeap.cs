// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// A binary min-heap of deadlines from which any node can be taken or moved in O(log n). Nodes with the same deadline
/// come in the order of their rank, so that the order never depends on history.
/// </summary>
internal sealed class DeadlineHeap<TNode>
    where TNode : DeadlineNode
{
    private TNode[] _nodes = [];

    /// <summary>How many nodes are set.</summary>
    public int Count { get; private set; }

    /// <summary>The earliest node, or null.</summary>
    public TNode? First => Count == 0 ? null : _nodes[0];

    /// <summary>Sets or changes a node's deadline.</summary>
    public void Set(TNode node, long deadlineNs)
    {
        node.Deadline = deadlineNs;
        if (node.HeapIndex < 0)
        {
            if (Count == _nodes.Length) Array.Resize(ref _nodes, Math.Max(4, 2 * Count));
            Place(node, Count++);
        }
        SiftUp(node.HeapIndex);
        SiftDown(node.HeapIndex);
    }

    /// <summary>Takes a node out; nothing happens when it is not set.</summary>
    public void Remove(TNode node)
    {
        var index = node.HeapIndex;
        if (index < 0) return;
        node.HeapIndex = -1;
        var moved = _nodes[--Count];
        _nodes[Count] = null!;
        if (ReferenceEquals(moved, node)) return;
        Place(moved, index);
        SiftUp(index);
        SiftDown(moved.HeapIndex);
    }

    private static bool IsBefore(TNode a, TNode b) =>
        a.Deadline != b.Deadline ? a.Deadline < b.Deadline : a.Rank < b.Rank;

    private void Place(TNode node, int index)
    {
        _nodes[index] = node;
        node.HeapIndex = index;
    }

    private void SiftUp(int index)
    {
        var node = _nodes[index];
        while (index > 0 && IsBefore(node, _nodes[(index - 1) / 2]))
        {
            Place(_nodes[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }
        Place(node, index);
    }

    private void SiftDown(int index)
    {
        var node = _nodes[index];
        while ((2 * index) + 1 < Count)
        {
            var child = (2 * index) + 1;
            if (child + 1 < Count && IsBefore(_nodes[child + 1], _nodes[child])) child++;
            if (!IsBefore(_nodes[child], node)) break;
            Place(_nodes[child], index);
            index = child;
        }
        Place(node, index);
    }
}
