// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>How the two ends of a serial line hold each other back.</summary>
internal enum SerialFlow
{
    None,
    RtsCts,
    XonXoff,
}
