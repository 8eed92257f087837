// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace TestPlugins;

/// <summary>Its register reads as the plugin's version times 100, plus the number of earlier reads.</summary>
public sealed class Counter : IMmioDevice
{
#if VERSION_1
    public const uint PluginVersion = 1;
#else
    public const uint PluginVersion = 2;
#endif
    private uint _reads;

    public uint WindowBytes => 4;

    public ulong Read(uint offset, AccessWidth width) => (PluginVersion * 100) + _reads++;

    public void Write(uint offset, AccessWidth width, ulong value) => _reads = (uint)value;

    public void Reset() => _reads = 0;

    public void Save(IStateWriter state) => state.Write("reads", _reads);

    public void Restore(IStateReader state) => _reads = state.ReadUInt32("reads");
}
