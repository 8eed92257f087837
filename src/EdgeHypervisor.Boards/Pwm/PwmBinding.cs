// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards;

/// <summary>A VM's PWM output.</summary>
internal sealed class PwmBinding(PortMapping mapping, PwmArbiter arbiter, PortOwner owner) : IPwmPort, IBinding
{
    public PortMapping Mapping { get; } = mapping;

    public PortOwner Owner { get; } = owner;

    /// <summary>The arbiter's, under its lock, from here on.</summary>
    public OutputStake Stake { get; set; }

    /// <summary>What the port asks for; null before it has asked for anything.</summary>
    public PwmSetting? Asked { get; set; }

    /// <summary>What its stake is for.</summary>
    public PwmSetting? Applied { get; set; }

    /// <summary>When the VM ceased to run, in the order of such events.</summary>
    public long ClosedOrder { get; set; }

    /// <inheritdoc/>
    public void Set(PwmSetting setting)
    {
        if (setting != Asked) arbiter.Set(this, setting);
    }

    public void Open() => arbiter.Open(this);

    public void Close(OutputRelease reason) => arbiter.Close(this, Mapping.ActionFor(reason));

    public void Leave() => arbiter.Leave(this);
}
