// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>
/// The calls with which device files are reached: the kernel, or a test's devices. Whatever <see cref="Open"/> gives is a real
/// descriptor (a test's may be one end of a pipe), so reading, writing and polling need no seam.
/// </summary>
internal unsafe interface IKernel
{
    /// <summary>open(2): a descriptor, or the error number, negative.</summary>
    int Open(string path, int flags);

    /// <summary>ioctl(2): its result, or the error number, negative.</summary>
    int Ioctl(int fd, uint request, void* argument);

    /// <summary>close(2).</summary>
    void Close(int fd);
}
