// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Stands in a device's place on the bus while its accesses are traced.</summary>
internal sealed class TracedDevice(IMmioDevice device, string name, VmTrace trace) : IMmioDevice
{
    /// <summary>Whose place it is.</summary>
    public IMmioDevice Device => device;

    public uint WindowBytes => device.WindowBytes;

    public int StateVersion => device.StateVersion;

    public bool InTransaction => device.InTransaction;

    // A read is told of with its value, a write before what it brings about.
    public ulong Read(uint offset, AccessWidth width)
    {
        var value = device.Read(offset, width);
        trace.OnAccess(TraceEventKind.Read, name, offset, width, value);
        return value;
    }

    public void Write(uint offset, AccessWidth width, ulong value)
    {
        trace.OnAccess(TraceEventKind.Write, name, offset, width, value);
        device.Write(offset, width, value);
    }

    public void Reset() => device.Reset();

    public void Save(IStateWriter state) => device.Save(state);

    public void Restore(IStateReader state) => device.Restore(state);
}
