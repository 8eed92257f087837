// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>An input of a core or interrupt controller. Several outputs on one input are a wired or.</summary>
/// <param name="target">The component that has it.</param>
/// <param name="name">A controller's number, or a core's name for it.</param>
/// <param name="line">What the component has there.</param>
internal sealed class InterruptInput(string target, string name, IInterruptLine line)
{
    private int _high;

    /// <summary>Whether a wire leads here.</summary>
    public bool IsEndOf(WireSpec wire) => wire.Input == name && wire.Target == target;

    /// <summary>One of the outputs changed its level.</summary>
    public void Change(bool level)
    {
        _high += level ? 1 : -1;
        if (_high == (level ? 1 : 0)) line.Drive(level);
    }

    /// <summary>The receiver has taken over a saved state, which may know another level than what the outputs say now.</summary>
    public void Repeat() => line.Drive(_high > 0);
}
