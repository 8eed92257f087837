// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Host.Systemd;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace EdgeHypervisor.Host.Tests.Systemd;

/// <summary>What is kept over a restart, and what is not.</summary>
public sealed class FileStoreTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly RecordingManager _manager = new();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_file_is_kept_once_under_its_name()
    {
        using var file = File.OpenHandle(_path);
        var store = Store();
        store.Keep("line", Descriptor(file));
        store.Keep("line", Descriptor(file));
        Assert.Equal(["keep line", "forget line", "keep line"], _manager.Kept);
    }

    [Fact]
    public void A_file_of_the_earlier_run_is_taken_as_a_file_of_its_own_and_stays_kept()
    {
        File.WriteAllText(_path, "held");
        var inherited = File.OpenHandle(_path);
        _manager.InheritedFiles = [new InheritedFile("line", Descriptor(inherited))];
        var store = Store();
        using (var first = new SafeFileHandle(store.Take("line")!.Value, ownsHandle: true)) Assert.Equal(4, RandomAccess.GetLength(first));
        using (var second = new SafeFileHandle(store.Take("line")!.Value, ownsHandle: true)) Assert.Equal(4, RandomAccess.GetLength(second));
        store.DropUnclaimed();
        Assert.Empty(_manager.Kept);
        store.Drop("line");
        inherited.SetHandleAsInvalid(); // the store has closed it
        Assert.Equal(["forget line"], _manager.Kept);
    }

    [Fact]
    public void What_nobody_has_taken_is_let_go_of()
    {
        var inherited = File.OpenHandle(_path);
        _manager.InheritedFiles = [new InheritedFile("gone", Descriptor(inherited))];
        var store = Store();
        store.DropUnclaimed();
        inherited.SetHandleAsInvalid();
        Assert.Equal(["forget gone"], _manager.Kept);
        Assert.Null(store.Take("gone"));
    }

    [Fact]
    public void A_file_that_is_not_kept_is_nobodys() => Assert.Null(Store().Take("line"));

    private static int Descriptor(SafeFileHandle file) => (int)file.DangerousGetHandle();

    private FileStore Store() => new(_manager, NullLogger<FileStore>.Instance);
}
