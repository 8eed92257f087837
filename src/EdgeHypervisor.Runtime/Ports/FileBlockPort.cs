// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace EdgeHypervisor.Runtime;

/// <summary>A disk in a file of the host: an image of 512-byte sectors. Requests run beside the VM and end on its turn.</summary>
public sealed class FileBlockPort : IBlockPort, IDisposable
{
    private const int SectorBytes = 512;

    private readonly SafeFileHandle _file;
    private readonly IVmTurn _turn;
    private int _outstanding;
    private bool _isWritten; // since its content was marked last

    /// <summary>Opens the file; a rest of less than a sector at its end is not part of the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isReadOnly">Refuse writes; several VMs may then share the file, and without it one VM has it alone.</param>
    /// <param name="turn">Where requests end.</param>
    /// <exception cref="IOException">The file cannot be opened, or another VM writes it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public FileBlockPort(string path, bool isReadOnly, IVmTurn turn)
    {
        _turn = turn;
        IsReadOnly = isReadOnly;
        _file = isReadOnly
            ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.Asynchronous)
            : File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.Asynchronous);
        LengthBytes = RandomAccess.GetLength(_file) / SectorBytes * SectorBytes;
    }

    /// <inheritdoc/>
    public long LengthBytes { get; }

    /// <inheritdoc/>
    public bool IsReadOnly { get; }

    /// <inheritdoc/>
    /// <remarks>Length and time of the last change.</remarks>
    public string ContentMark => string.Create(CultureInfo.InvariantCulture, $"{LengthBytes}@{File.GetLastWriteTimeUtc(_file).Ticks}");

    /// <inheritdoc/>
    /// <remarks>
    /// A disk that was written is stamped with the exact time: the kernel stamps writes with
    /// the time of its last tick, so none gets the same. One that was not keeps its mark, and with it all states that were
    /// saved with it. Copies that keep times keep the mark.
    /// </remarks>
    public string MarkContent()
    {
        if (_isWritten) File.SetLastWriteTimeUtc(_file, DateTime.UtcNow);
        _isWritten = false;
        return ContentMark;
    }

    /// <summary>Requests under way; a VM is saved when there are none.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <inheritdoc/>
    public void Read(long offset, Memory<byte> destination, Action<BusStatus> completed) =>
        Begin(completed, () => ReadAllAsync(offset, destination));

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlyMemory<byte> source, Action<BusStatus> completed)
    {
        if (IsReadOnly)
        {
            completed(BusStatus.Unsupported);
            return;
        }
        _isWritten = true;
        Begin(completed, () => RandomAccess.WriteAsync(_file, source, offset));
    }

    /// <inheritdoc/>
    public void Flush(Action<BusStatus> completed)
    {
        if (IsReadOnly) completed(BusStatus.Ok);
        else Begin(completed, () => new ValueTask(Task.Run(() => RandomAccess.FlushToDisk(_file))));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Begin(Action<BusStatus> completed, Func<ValueTask> request)
    {
        Interlocked.Increment(ref _outstanding);
        _ = RunAsync(completed, request);
    }

    private async Task RunAsync(Action<BusStatus> completed, Func<ValueTask> request)
    {
        var status = BusStatus.Ok;
        try
        {
            await request().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            status = BusStatus.Failed;
        }
        _turn.Post(() =>
        {
            Interlocked.Decrement(ref _outstanding);
            completed(status);
        });
    }

    private async ValueTask ReadAllAsync(long offset, Memory<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = await RandomAccess.ReadAsync(_file, destination, offset).ConfigureAwait(false);
            if (count == 0) throw new EndOfStreamException("the file became shorter");
            destination = destination[count..];
            offset += count;
        }
    }
}
