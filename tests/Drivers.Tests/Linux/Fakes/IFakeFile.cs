// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>What is behind a descriptor of a <see cref="FakeKernel"/>.</summary>
internal unsafe interface IFakeFile
{
    /// <summary>What is opened in its stead.</summary>
    int NewDescriptor() => LinuxKernel.Instance.Open("/dev/null", OpenFlags.ReadWrite);

    /// <summary>ioctl(2): a result, or an error number, negative.</summary>
    int Ioctl(FakeKernel kernel, uint request, void* argument);

    /// <summary>The descriptor was closed.</summary>
    void Close()
    {
    }
}
