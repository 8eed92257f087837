// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>A device whose line follows the outside world, not its state: a port where input waits.</summary>
internal sealed class Lever(IDeviceContext context) : IDevice
{
    private readonly IInterruptLine _irq = context.Output("irq");
    private bool _isPulled;

    public void Pull()
    {
        _isPulled = true;
        _irq.Drive(true);
    }

    public void Reset() => _irq.Drive(_isPulled);

    public void Save(IStateWriter state)
    {
        // Nothing of it is the machine's.
    }

    public void Restore(IStateReader state) => _irq.Drive(_isPulled);
}
