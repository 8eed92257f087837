// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>What a virtio device does, apart from how the driver reaches it: its queues, features and configuration.</summary>
internal abstract class VirtioFunction
{
    /// <summary>The kind of device, virtio 1.2, section 5.</summary>
    public abstract uint DeviceId { get; }

    /// <summary>Number of queues.</summary>
    public abstract int QueueCount { get; }

    /// <summary>Features beside those of the rings, by bit.</summary>
    public virtual ulong Features => 0;

    /// <summary>Those of <see cref="Features"/> that a driver must accept.</summary>
    public virtual ulong RequiredFeatures => 0;

    /// <summary>The configuration space; constant.</summary>
    public virtual ReadOnlySpan<byte> Configuration => [];

    /// <summary>Where it takes requests from and answers them; set once.</summary>
    public VirtioQueues Queues { get; set; } = null!;

    /// <summary>Whether the driver has accepted a feature.</summary>
    protected bool HasFeature(int bit) => (Queues.AcceptedFeatures >> bit & 1) != 0;

    /// <summary>The driver has made requests available, or a restored device goes on: take and answer what is possible now.</summary>
    public abstract void Process(int queue);

    /// <summary>Whether a request that was taken from a queue is under way outside, and not one that may wait for ever.</summary>
    public virtual bool IsTransaction(int queue) => true;

    /// <summary>Forgets what is under way; what completes later is not heard.</summary>
    public virtual void Reset() { }

    /// <summary>Saves what is not in the rings.</summary>
    public virtual void Save(IStateWriter state) { }

    /// <summary>Restores it. Requests that were under way come again through <see cref="Process"/>.</summary>
    public virtual void Restore(IStateReader state) { }
}
