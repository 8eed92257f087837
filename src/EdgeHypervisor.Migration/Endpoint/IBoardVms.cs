// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>
/// The board's VMs, as moving them needs it. Whether a VM may run here is the endpoint's to say (its journals decide):
/// the board runs nothing that it was not told to run. Calls for one VM come one after another.
/// </summary>
public interface IBoardVms
{
    /// <summary>Opens a VM that runs (or is paused) here for an attempt to move it.</summary>
    /// <exception cref="MoveException">It can't be moved now; with the reason.</exception>
    ValueTask<IMovableVm> OpenAsync(string vm, CancellationToken cancellation);

    /// <summary>Finds out whether an offered VM can run here, and reserves what it needs.</summary>
    /// <param name="source">The board that offers it.</param>
    /// <param name="offer">The VM. Its fields are in range; the description is not trusted.</param>
    /// <param name="cancellation">Ends the check.</param>
    ValueTask<OfferAnswer> CheckAsync(string source, VmOffer offer, CancellationToken cancellation);

    /// <summary>Whether a received image with this digest is durable and whole.</summary>
    ValueTask<bool> HasPreparedAsync(string vm, Digest256 digest, CancellationToken cancellation);

    /// <summary>
    /// Runs the VM under this epoch from the newest that the board holds of it: what a receiver has built, the frozen VM in
    /// memory, the prepared or kept image, the last checkpoint. Not for VMs that are paused or stopped: those it takes over as such.
    /// </summary>
    /// <exception cref="Exception">It can't; reported, and the VM stays owned by this board.</exception>
    ValueTask RunAsync(string vm, ulong epoch);

    /// <summary>For how long the guest has been having its turns since it was told to run; null when it has not, or is not to.</summary>
    TimeSpan? RunningFor(string vm);

    /// <summary>Another board runs the VM: deletes it here, with its files.</summary>
    ValueTask FreeAsync(string vm);

    /// <summary>Deletes what is left of images that were received and will not be run. There may be nothing.</summary>
    ValueTask ReleaseAsync(string vm);
}
