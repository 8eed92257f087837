// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

internal sealed class RecordingUnassigned : IUnassigned
{
    public List<uint> Reads { get; } = [];

    public List<uint> Writes { get; } = [];

    public ulong Read(uint offset)
    {
        Reads.Add(offset);
        return 0;
    }

    public void Write(uint offset, ulong value) => Writes.Add(offset);
}
