// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>A device that a test drives through lambdas.</summary>
internal sealed class PortDevice : IMmioDevice
{
    public Func<uint, ulong> OnRead { get; set; } = _ => 0;

    public Action<uint, ulong> OnWrite { get; set; } = (_, _) => { };

    public Action OnReset { get; set; } = () => { };

    public bool InTransaction { get; set; }

    public uint WindowBytes => 256;

    public ulong Read(uint offset, AccessWidth width) => OnRead(offset);

    public void Write(uint offset, AccessWidth width, ulong value) => OnWrite(offset, value);

    public void Reset() => OnReset();

    public void Save(IStateWriter state)
    {
    }

    public void Restore(IStateReader state)
    {
    }
}
