// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>Keeps duplicates of open files, as a service manager does.</summary>
internal sealed partial class DuplicatingFiles : IFileKeeper, IDisposable
{
    private readonly Dictionary<string, int> _kept = [];

    public IEnumerable<string> Names => _kept.Keys;

    public void Keep(string name, int descriptor)
    {
        Drop(name);
        _kept[name] = dup(descriptor);
    }

    public int? Take(string name) => _kept.TryGetValue(name, out var descriptor) ? dup(descriptor) : null;

    public void Drop(string name)
    {
        if (_kept.Remove(name, out var descriptor)) _ = close(descriptor);
    }

    public void Dispose()
    {
        foreach (var name in _kept.Keys.ToList()) Drop(name);
    }

    [LibraryImport("libc")]
    private static partial int dup(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
