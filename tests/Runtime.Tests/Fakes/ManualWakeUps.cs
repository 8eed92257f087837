// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>Wakes who has a deadline when the test says so, each once.</summary>
internal sealed class ManualWakeUps(ManualTime time) : IWakeUpTimer
{
    private readonly DeadlineHeap<WakeUpNode> _nodes = new();

    public void Set(WakeUpNode node, long deadlineNs) => _nodes.Set(node, deadlineNs);

    public void Cancel(WakeUpNode node) => _nodes.Remove(node);

    public void Ring()
    {
        while (_nodes.First is { } node && node.Deadline <= time.NowNs)
        {
            _nodes.Remove(node);
            node.Due();
        }
    }
}
