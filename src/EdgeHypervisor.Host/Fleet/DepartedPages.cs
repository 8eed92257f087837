// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>
/// The pages of VMs that have left, for the day when they come back: what is the same then need not be sent again. Only a
/// help: never waited for, found again by the pages' own digests, and the oldest goes when there is too much.
/// </summary>
/// <param name="folder">A file for each VM: its pages that were not zeros, one after the other.</param>
/// <param name="limitBytes">For all together; 0: none is kept.</param>
internal sealed class DepartedPages(string folder, long limitBytes)
{
    private readonly Lock _gate = new();

    /// <summary>Keeps the pages of a VM that has left.</summary>
    public void Keep(string vm, GuestMemory memory)
    {
        lock (_gate)
        {
            try
            {
                Write(PathOf(vm), memory);
                Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // They are sent again then.
            }
        }
    }

    /// <summary>Forgets those of a VM: it is here again.</summary>
    public void Forget(string vm)
    {
        lock (_gate) File.Delete(PathOf(vm));
    }

    /// <summary>Adds those of a VM to what is known.</summary>
    public void AddTo(PageLibrary library, string vm)
    {
        lock (_gate)
        {
            if (File.Exists(PathOf(vm))) library.AddFile(PathOf(vm));
        }
    }

    private string PathOf(string vm) => Path.Combine(folder, vm);

    private void Write(string path, GuestMemory memory)
    {
        File.Delete(path); // and made anew: for its owner only
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 1 << 16,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        var page = new byte[MovableRegion.PageBytes];
        for (var region = 0; region < memory.Banks.Count; region++)
        {
            foreach (var number in memory.FindPopulated(region).Pages())
            {
                if (!memory.TryCopyPage(region, number, page) || !page.AsSpan().ContainsAnyExcept((byte)0)) continue;
                if (file.Position + page.Length > limitBytes) return;
                file.Write(page);
            }
        }
    }

    private void Trim()
    {
        var room = limitBytes;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc).ToArray())
        {
            if ((room -= file.Length) < 0) file.Delete();
        }
    }
}
