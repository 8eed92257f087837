// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host.Tests;

public sealed class DepartedPagesTests : IDisposable
{
    private const int PageBytes = MovableRegion.PageBytes;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("departed-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_pages_of_a_VM_that_has_left_are_known_when_it_comes_back()
    {
        var departed = new DepartedPages(_folder.FullName, 1 << 20);
        departed.Keep("one", Memory(3, 7));
        var library = Library(departed, "one");
        Assert.Equal(2, library.Count);
        var page = new byte[PageBytes];
        Assert.True(library.TryRead(ImageDigest.Hash(PageOf(7)), page));
        Assert.Equal(PageOf(7), page);
    }

    [Fact]
    public void They_are_nobody_elses_and_forgotten_when_it_is_here_again()
    {
        var departed = new DepartedPages(_folder.FullName, 1 << 20);
        departed.Keep("one", Memory(3, 7));
        Assert.Equal(0, Library(departed, "other").Count);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.FullName, "one")));
        departed.Forget("one");
        Assert.Equal(0, Library(departed, "one").Count);
    }

    [Fact]
    public void The_oldest_go_when_there_is_too_much()
    {
        var departed = new DepartedPages(_folder.FullName, 3 * PageBytes);
        departed.Keep("old", Memory(1, 2));
        File.SetLastWriteTimeUtc(Path.Combine(_folder.FullName, "old"), DateTime.UtcNow.AddHours(-1));
        departed.Keep("new", Memory(3, 4));
        Assert.Equal(0, Library(departed, "old").Count);
        Assert.Equal(2, Library(departed, "new").Count);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 2)]
    public void No_more_is_kept_than_there_is_room_for(int roomPages, int known)
    {
        var departed = new DepartedPages(_folder.FullName, roomPages * PageBytes);
        departed.Keep("one", Memory(1, 2, 3));
        Assert.Equal(known, Library(departed, "one").Count);
    }

    private static PageLibrary Library(DepartedPages departed, string vm)
    {
        var library = new PageLibrary();
        departed.AddTo(library, vm);
        return library;
    }

    private static GuestMemory Memory(params byte[] fills)
    {
        var memory = new GuestMemory([new RegionLayout("ram", 0x8000_0000, 64 * PageBytes)]);
        for (var i = 0; i < fills.Length; i++) memory.LoadPage(0, (ulong)(2 * i), PageOf(fills[i]));
        return memory;
    }

    private static byte[] PageOf(byte fill) => Enumerable.Repeat(fill, PageBytes).ToArray();
}
