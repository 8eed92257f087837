// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A device's interrupt output. It remembers its level, so that joins stay right however often it is driven.</summary>
internal sealed class InterruptOutput : IInterruptLine
{
    private InterruptInput? _target; // most have one
    private InterruptInput[] _others = [];
    private bool _level;

    /// <summary>Wires it to an input as well.</summary>
    public void WireTo(InterruptInput target)
    {
        if (_target is null) _target = target;
        else _others = [.. _others, target];
    }

    /// <inheritdoc/>
    public void Drive(bool level)
    {
        if (level == _level) return;
        _level = level;
        _target?.Change(level);
        foreach (var target in _others) target.Change(level);
    }
}
