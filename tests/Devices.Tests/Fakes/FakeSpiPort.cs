// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

/// <summary>A chip that answers every byte with its complement.</summary>
internal sealed class FakeSpiPort : ISpiPort
{
    private Action? _held;

    /// <summary>What the chip saw: the bytes of each selection, the open one last.</summary>
    public List<string> Selections { get; } = [];

    public List<SpiSettings> Settings { get; } = [];

    public int Transfers { get; private set; }

    public bool Selected { get; private set; }

    public bool Slow { get; set; }

    public bool IsBusy => _held is not null;

    public BusStatus Status { get; set; } = BusStatus.Ok;

    public void Transfer(Memory<byte> data, SpiSettings settings, bool keepSelected, Action<BusStatus> completed)
    {
        if (_held is not null) throw new InvalidOperationException("two transfers at once");
        Transfers++;
        if (!Selected) Selections.Add("");
        Selections[^1] += Convert.ToHexString(data.Span);
        Settings.Add(settings);
        Selected = keepSelected;
        foreach (ref var b in data.Span) b = (byte)~b;
        if (Slow) _held = () => completed(Status);
        else completed(Status);
    }

    public void Deselect() => Selected = false;

    public void Complete()
    {
        var held = _held ?? throw new InvalidOperationException("no transfer is under way");
        _held = null;
        held();
    }
}
