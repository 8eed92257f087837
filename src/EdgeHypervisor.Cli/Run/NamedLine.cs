// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>A line and the device that it leads from.</summary>
internal sealed class NamedLine(string device, ISerialLine line)
{
    public string Device => device;

    public ISerialLine Line => line;
}
