// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What a core is given.</summary>
internal sealed record CoreContext(
    string Name,
    int Index,
    ComponentOptions Options,
    IGuestMemory Memory,
    IBus Bus,
    IGuestClock Clock,
    bool Deterministic,
    IMachineControl Machine,
    IPortProvider Ports,
    HostTime? WallClock) : ICoreContext
{
    /// <inheritdoc/>
    public long WallClockNs => WallClock?.UtcNs ?? Clock.NowNs;

    /// <inheritdoc/>
    public IUartPort? Uart() => Ports.Uart(Name);
}
