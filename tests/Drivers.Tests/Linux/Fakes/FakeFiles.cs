// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>A file keeper that notes what it keeps; it gives out what a test says was kept.</summary>
internal sealed class FakeFiles : IFileKeeper
{
    public Dictionary<string, int> Kept { get; } = [];

    public void Keep(string name, int descriptor) => Kept[name] = descriptor;

    public int? Take(string name) => Kept.TryGetValue(name, out var descriptor) ? descriptor : null;

    public void Drop(string name) => Kept.Remove(name);
}
