// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>A core that counts how often it is asked to give back memory.</summary>
internal sealed class TrimmableCore(ICoreContext context, ManualTime time) : TinyCore(context, time), ITrimmable
{
    public int Trims { get; private set; }

    public bool IsBroken { get; set; }

    public void Trim()
    {
        if (IsBroken) throw new InvalidOperationException("the core cannot trim");
        Trims++;
    }
}
