// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The kernel that we run on.</summary>
internal sealed unsafe partial class LinuxKernel : IKernel
{
    public static LinuxKernel Instance { get; } = new();

    public int Open(string path, int flags) => open(path, flags | OpenFlags.CloseOnExec, 0) is >= 0 and var fd ? fd : -Marshal.GetLastPInvokeError();

    public int Ioctl(int fd, uint request, void* argument) =>
        ioctl(fd, request, argument) is >= 0 and var result ? result : -Marshal.GetLastSystemError();

    public void Close(int fd) => Libc.Close(fd);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    // A variadic function; its arguments travel as any other's do on x86-64 and ARM64 Linux. It is called for each level of each pin, so
    // the error number is fetched where there is one, as the generated code would do it after every call.
    [LibraryImport("libc")]
    private static partial int ioctl(int fd, nuint request, void* argument);
}
