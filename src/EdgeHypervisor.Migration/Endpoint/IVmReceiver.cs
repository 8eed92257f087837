// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>
/// What a destination has reserved for a VM, filled page by page. All regions begin as zeros. Disposing it gives everything
/// back, unless <see cref="IBoardVms.RunAsync"/> has taken it over. The calls come one after another, except as said.
/// </summary>
public interface IVmReceiver : IAsyncDisposable
{
    /// <summary>Takes one page. Must not wait for a disk: pages come on the way of all other messages.</summary>
    /// <param name="region">Index in the offer's regions; in range.</param>
    /// <param name="page">Page within the region; in range.</param>
    /// <param name="content">4096 bytes.</param>
    void WritePage(int region, int page, ReadOnlySpan<byte> content);

    /// <summary>Copies a page as it was last written, or zeros.</summary>
    void ReadPage(int region, int page, Span<byte> destination);

    /// <summary>
    /// The VM is about to stand still: gets ready what can be, and makes durable what has come so far, so that only the rest has to be
    /// waited for. Comes after each round, beside <see cref="WritePage"/>. What fails is told by the two below, for which the source waits.
    /// </summary>
    ValueTask SettleAsync(CancellationToken cancellation);

    /// <summary>Builds the VM from the regions and this state, ready to run and not running.</summary>
    /// <exception cref="Exception">The state does not fit; the message is sent to the source as the reason.</exception>
    ValueTask BuildAsync(ReadOnlyMemory<byte> state, CancellationToken cancellation);

    /// <summary>
    /// Makes regions and state durable under <paramref name="digest"/>, so that <see cref="IBoardVms.HasPreparedAsync"/> finds
    /// them after a crash. Runs at the same time as <see cref="BuildAsync"/>. The source waits for both while the VM stands
    /// still: what was written early should be on the disk already.
    /// </summary>
    ValueTask PersistAsync(ReadOnlyMemory<byte> state, Digest256 digest, CancellationToken cancellation);
}
