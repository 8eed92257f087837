// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A device's interrupt output. It remembers its level, so that joins stay right however often it is driven.</summary>
/// <param name="name">The device's name for it.</param>
internal sealed class InterruptOutput(string name) : IInterruptLine
{
    private InterruptInput? _target; // most have one
    private InterruptInput[]? _others;
    private bool _level;

    public string Name { get; } = name;

    /// <summary>Wires it to an input as well.</summary>
    public void WireTo(InterruptInput target)
    {
        if (_target is null)
        {
            _target = target;
            return;
        }
        Array.Resize(ref _others, (_others?.Length ?? 0) + 1);
        _others[^1] = target;
    }

    /// <inheritdoc/>
    public void Drive(bool level)
    {
        if (level == _level) return;
        _level = level;
        _target?.Change(level);
        if (_others is null) return;
        foreach (var target in _others) target.Change(level);
    }
}
