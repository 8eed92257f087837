// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A pin that nothing is connected to: it reads what its own driver or its bias makes of it.</summary>
public sealed class NullGpioPort : IGpioPort
{
    private GpioMode _mode;
    private bool _driven;

    /// <inheritdoc/>
    public bool Level { get; private set; }

    /// <inheritdoc/>
    public void Configure(GpioMode mode)
    {
        _mode = mode;
        Settle();
    }

    /// <inheritdoc/>
    public void Drive(bool level)
    {
        _driven = level;
        Settle();
    }

    /// <inheritdoc/>

    /// <inheritdoc/>
    /// <remarks>The level changes only by what the device itself does, which is no edge from outside.</remarks>
    public void OnEdge(Action<GpioEdge> handler)
    {
    }

    private void Settle() => Level = _mode.Direction switch
    {
        GpioDirection.Output => _driven,
        GpioDirection.Input => _mode.Bias == GpioBias.PullUp,
        _ => false,
    };
}
