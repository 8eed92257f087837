// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>
/// Where a driver finds the kernel: its device files and sysfs, under <c>/</c> or, in a container or a test, under another folder.
/// </summary>
/// <param name="root">The folder that holds <c>dev</c>, <c>sys</c> and <c>proc</c>.</param>
/// <param name="kernel">The calls.</param>
internal sealed class LinuxHost(string root, IKernel kernel)
{
    public IKernel Kernel => kernel;

    /// <summary>A path of the kernel's, absolute, as it is found here.</summary>
    public string At(string path) => root is "/" or "" ? path : Path.Join(root, path);

    /// <summary>The text of a small file, without the line's end; null where it is not there or cannot be read.</summary>
    public string? Read(string path)
    {
        try
        {
            return File.ReadAllText(At(path)).TrimEnd('\n', '\0');
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The names in a folder, sorted as people count; none where there is no such folder.</summary>
    public IReadOnlyList<string> List(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(At(folder)).Select(Path.GetFileName).OfType<string>().Order(NaturalOrder.Instance)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The last part of where a link leads, or null where it is none: a device's name from <c>…/device</c>.</summary>
    public string? LinkName(string path)
    {
        try
        {
            return new FileInfo(At(path)).LinkTarget is { } target ? Path.GetFileName(target.TrimEnd('/')) : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Opens a device file.</summary>
    /// <exception cref="PeripheralException">It is not there, or we may not.</exception>
    public int Open(string owner, string path, int flags)
    {
        var fd = kernel.Open(At(path), flags);
        return fd >= 0 ? fd : throw new PeripheralException($"{owner}: {path}: {Errno.Message(fd)}{Hint(-fd, path)}");
    }

    private static string Hint(int error, string path) => error switch
    {
        Errno.AccessDenied => $"; the service's user has to be in the group that owns {path}",
        Errno.NoEntry => "; see what there is with: ehv board scan",
        _ => "",
    };
}
