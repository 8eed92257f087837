// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>What the kernel's error number says of a transaction.</summary>
/// <remarks>Documentation/i2c/fault-codes.rst.</remarks>
internal static class I2cFault
{
    public static BusStatus StatusOf(int error) => error switch
    {
        Errno.NoSuchDeviceOrAddress or Errno.RemoteInputOutput => BusStatus.NoAcknowledge,
        Errno.TryAgain => BusStatus.ArbitrationLost,
        Errno.TimedOut or Errno.Busy => BusStatus.TimedOut,
        Errno.NotSupported or Errno.Invalid => BusStatus.Unsupported,
        Errno.NoDevice or Errno.BadFile or Errno.ShutDown => BusStatus.Unavailable,
        _ => BusStatus.Failed,
    };
}
