// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>An input of a core or interrupt controller. Several outputs on one input are a wired or.</summary>
internal sealed class InterruptInput(IInterruptLine line)
{
    private int _high;

    /// <summary>One of the outputs changed its level.</summary>
    public void Change(bool level)
    {
        _high += level ? 1 : -1;
        if (_high == (level ? 1 : 0)) line.Drive(level);
    }

    /// <summary>The receiver has taken over a saved state, which may know another level than what the outputs say now.</summary>
    public void Repeat() => line.Drive(_high > 0);
}
