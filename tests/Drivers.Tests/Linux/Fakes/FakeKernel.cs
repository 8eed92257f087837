// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>A kernel whose devices a test makes; descriptors are real ones, so that they can be polled and read.</summary>
internal sealed unsafe class FakeKernel : IKernel
{
    private readonly Dictionary<int, IFakeFile> _open = [];
    private readonly Lock _lock = new();

    /// <summary>What there is, by its path below the root.</summary>
    public Dictionary<string, IFakeFile> Devices { get; } = [];

    /// <summary>What opening a path fails with.</summary>
    public Dictionary<string, int> Refusals { get; } = [];

    /// <summary>How many ioctls there were.</summary>
    public int Calls { get; private set; }

    /// <summary>How many descriptors are open.</summary>
    public int OpenCount
    {
        get { lock (_lock) return _open.Count; }
    }

    public int Open(string path, int flags)
    {
        var name = path[path.IndexOf("/dev/", StringComparison.Ordinal)..];
        if (Refusals.TryGetValue(name, out var error)) return -error;
        return Devices.TryGetValue(name, out var device) ? Add(device.NewDescriptor(), device) : -Errno.NoEntry;
    }

    public int Ioctl(int fd, uint request, void* argument)
    {
        Calls++;
        IFakeFile? file;
        lock (_lock) file = _open.GetValueOrDefault(fd);
        return file?.Ioctl(this, request, argument) ?? -Errno.BadFile;
    }

    public void Close(int fd)
    {
        IFakeFile? file;
        lock (_lock) _open.Remove(fd, out file);
        file?.Close();
        LinuxKernel.Instance.Close(fd);
    }

    public int Add(int fd, IFakeFile file)
    {
        lock (_lock) _open.Add(fd, file);
        return fd;
    }
}
