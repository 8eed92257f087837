// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Error numbers of the kernel, the same on x86-64 and ARM64 (asm-generic/errno.h).</summary>
internal static class Errno
{
    public const int NoEntry = 2; // ENOENT
    public const int Interrupted = 4; // EINTR
    public const int InputOutput = 5; // EIO
    public const int NoSuchDeviceOrAddress = 6; // ENXIO
    public const int BadFile = 9; // EBADF
    public const int TryAgain = 11; // EAGAIN
    public const int AccessDenied = 13; // EACCES
    public const int Busy = 16; // EBUSY
    public const int NoDevice = 19; // ENODEV
    public const int Invalid = 22; // EINVAL
    public const int MessageTooLong = 90; // EMSGSIZE
    public const int NotSupported = 95; // EOPNOTSUPP
    public const int ShutDown = 108; // ESHUTDOWN
    public const int TimedOut = 110; // ETIMEDOUT
    public const int RemoteInputOutput = 121; // EREMOTEIO

    /// <summary>The kernel's words for a result that is an error number, negative.</summary>
    public static string Message(int result) => Marshal.GetPInvokeErrorMessage(-result);
}
