// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>
/// A running VM, opened for one attempt to move it. Disposing it ends the attempt's use of the VM (tracking off, throttle
/// off) and changes nothing else. The calls come one after another, except <see cref="ReadPage"/> and
/// <see cref="KeepImageAsync"/>.
/// </summary>
public interface IMovableVm : IAsyncDisposable
{
    /// <summary>What is offered; the regions don't change while the VM is open.</summary>
    VmOffer Offer { get; }

    /// <summary>
    /// Adds to <paramref name="pages"/> every page written since the last call and starts watching them anew, on the VM's
    /// turn. The first call adds every page that may hold anything but zeros.
    /// </summary>
    ValueTask CollectDirtyAsync(PageSet pages, CancellationToken cancellation);

    /// <summary>
    /// Copies one page. Any thread, also while the VM runs: a page that is written meanwhile may come out torn, and the next
    /// <see cref="CollectDirtyAsync"/> has it again.
    /// </summary>
    /// <param name="region">Index in the offer's regions.</param>
    /// <param name="page">Page within the region.</param>
    /// <param name="destination">4096 bytes; filled up with zeros after the region's end.</param>
    void ReadPage(int region, int page, Span<byte> destination);

    /// <summary>For how long the guest has been running in all, of the host's time; not while it waited.</summary>
    TimeSpan RunTime { get; }

    /// <summary>Slows the guest down so that it writes fewer pages.</summary>
    /// <param name="percent">How much of its time is taken away: 0 to 99.</param>
    void Throttle(int percent);

    /// <summary>
    /// Stops the VM between two instructions and closes its outputs for the handover. When it completes nothing of the VM
    /// drives anything any more. Returns the state of everything that is not in a region: cores, devices, clock.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>> FreezeAsync(CancellationToken cancellation);

    /// <summary>
    /// Makes the frozen image durable, or decides that memory and the last checkpoint are enough: what a source goes back to
    /// when a destination that was given the VM refuses it for good. Runs while the rest is being sent.
    /// </summary>
    ValueTask KeepImageAsync(CancellationToken cancellation);

    /// <summary>Goes on after <see cref="FreezeAsync"/>, as if nothing had been: the attempt failed.</summary>
    ValueTask ResumeAsync(ulong epoch);
}
