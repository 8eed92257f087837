// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Devices.Virtio;

/// <summary>A function's way to its driver: requests in, answers and interrupts out. A broken ring stops the device.</summary>
/// <param name="queues">The rings.</param>
/// <param name="interrupt">Tells the driver that something was answered.</param>
/// <param name="fail">Stops the device until the driver resets it.</param>
internal sealed class VirtioQueues(Virtqueue[] queues, Action interrupt, Action fail)
{
    /// <summary>Grows with each reset: what was begun before it has no driver any more.</summary>
    public int Generation { get; private set; }

    /// <summary>Whether the driver is ready and the rings are sound.</summary>
    public bool IsLive { get; set; }

    public ulong AcceptedFeatures { get; set; }

    public bool HasAvailable(int queue) => IsLive && Guard(() => queues[queue].HasAvailable());

    public DescriptorChain? TryTake(int queue) => IsLive ? Guard(queues[queue].TryTake) : null;

    /// <summary>Writes the answer with <paramref name="write"/> and gives the request back; nothing when it is of before a reset.</summary>
    /// <param name="queue">Where it was taken.</param>
    /// <param name="chain">The request.</param>
    /// <param name="generation">The <see cref="Generation"/> in which it was taken.</param>
    /// <param name="write">Writes, and returns how much of the writable part.</param>
    public void Answer(int queue, DescriptorChain chain, int generation, Func<long> write)
    {
        if (!IsLive || generation != Generation) return;
        if (Guard(() => queues[queue].Answer(chain, write()))) interrupt();
    }

    /// <summary>Runs what touches a request's memory; a broken one stops the device.</summary>
    public T? Guard<T>(Func<T> access)
    {
        try
        {
            return access();
        }
        catch (VirtioException)
        {
            fail();
            return default;
        }
    }

    public void Invalidate()
    {
        Generation++;
        IsLive = false;
    }
}
