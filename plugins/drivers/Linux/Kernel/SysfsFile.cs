// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using EdgeHypervisor.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>A file of sysfs, kept open: each read asks the kernel anew, each write is one value.</summary>
/// <remarks>Documentation/filesystems/sysfs.rst.</remarks>
internal sealed class SysfsFile : IDisposable
{
    private const int LongestValueBytes = 64;

    private readonly string _owner;
    private readonly string _path;
    private readonly SafeFileHandle _file;

    /// <exception cref="PeripheralException">It is not there, or we may not.</exception>
    public SysfsFile(LinuxHost host, string owner, string path, FileAccess access)
    {
        (_owner, _path) = (owner, path);
        _file = Try(() => File.OpenHandle(host.At(path), FileMode.Open, access, FileShare.ReadWrite));
    }

    /// <summary>A number at the file's beginning.</summary>
    public double ReadNumber() => Try(() =>
    {
        Span<byte> text = stackalloc byte[LongestValueBytes];
        text = text[..RandomAccess.Read(_file, text, 0)];
        return Utf8Parser.TryParse(text, out double value, out _) ? value : throw new IOException($"'{Encoding.UTF8.GetString(text).Trim()}' is not a number");
    });

    public void Write(long value) => Write(value.ToString(CultureInfo.InvariantCulture));

    public void Write(string value) => Try(() =>
    {
        RandomAccess.Write(_file, Encoding.ASCII.GetBytes(value + "\n"), 0);
        return true;
    });

    public void Dispose() => _file.Dispose();

    private T Try<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new PeripheralException($"{_owner}: {_path}: the service's user may not; a udev rule can give it to a group (see the plugin's README)", problem);
        }
        catch (IOException problem)
        {
            throw new PeripheralException($"{_owner}: {_path}: {problem.Message}", problem);
        }
    }
}
