// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// The levels of inputs that a device has reacted to last. They are saved, so that an edge which came while a VM was
/// on its way is found afterwards: by a look on the VM's turn, when every other device is restored too.
/// </summary>
/// <param name="clock">The VM's time.</param>
/// <param name="look">Compares the levels with those seen, by <see cref="Change"/>.</param>
public sealed class KnownLevels(IGuestClock clock, Action look) : IRegisterPart
{
    private readonly IGuestTimer _resume = clock.CreateTimer(look);
    private uint? _levels; // none yet: created or reset

    /// <summary>The levels of a new or reset device, which are no change; a restored one keeps what was saved.</summary>
    public void Begin(uint levels) => _levels ??= levels;

    /// <summary>The bits that are other levels than those seen last; now they are seen.</summary>
    public uint Change(uint levels)
    {
        var changed = levels ^ (_levels ?? levels);
        _levels = levels;
        return changed;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _levels = null;
        _resume.Cancel();
    }

    /// <inheritdoc/>
    public void Save(IStateWriter state) => state.Write("levels", (ulong)(_levels ?? 0));

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        _levels = (uint)state.ReadUInt64("levels", maximum: uint.MaxValue);
        _resume.Set(clock.NowNs);
    }
}
