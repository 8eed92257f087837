// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>A serial port's settings as the kernel keeps them.</summary>
internal sealed unsafe class FakeTty : IFakeFile
{
    public TtyUapi.Settings Settings { get; private set; }

    public TtyUapi.Rs485 Rs485 { get; private set; }

    public bool IsExclusive { get; private set; }

    /// <summary>The one speed that the hardware has; 0 for any.</summary>
    public uint OnlySpeed { get; set; }

    public bool HasRs485 { get; set; } = true;

    public int NewDescriptor() => Libc.NewEvent(); // something that can be polled, and has nothing to read

    public int Ioctl(FakeKernel kernel, uint request, void* argument)
    {
        switch (request)
        {
            case TtyUapi.SetExclusive:
                IsExclusive = true;
                return 0;
            case TtyUapi.GetSettings:
                *(TtyUapi.Settings*)argument = Settings;
                return 0;
            case TtyUapi.SetSettings:
                var settings = *(TtyUapi.Settings*)argument;
                if (OnlySpeed != 0) settings.OutputSpeed = OnlySpeed;
                Settings = settings;
                return 0;
            case TtyUapi.SetRs485 when HasRs485:
                Rs485 = *(TtyUapi.Rs485*)argument;
                return 0;
            default:
                return -Errno.NotSupported;
        }
    }
}
