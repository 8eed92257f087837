// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>The contracts of the <c>linux</c> drivers, on a real kernel.</summary>
[Trait("Category", "Board")]
public sealed class BoardTests
{
    [BoardTheory(BoardPlace.Gpio), Promises(typeof(GpioContract))]
    public void Gpio(string promise) => PromisesAttribute.Keep<GpioContract>(new GpioOnBoard(), promise);

    [BoardTheory(BoardPlace.I2c), Promises(typeof(I2cContract))]
    public void I2c(string promise) => PromisesAttribute.Keep<I2cContract>(new I2cOnBoard(), promise);

    // xunit takes public classes only for test classes.
    private sealed class GpioOnBoard : GpioContract
    {
        protected override IGpioRig NewRig()
        {
            var context = new FakeDriverContext();
            var driver = new LinuxGpioPlugin().Create(context);
            return new BoardGpioRig(options => (IGpioLine)driver.Open(Options.Of([.. BoardPlace.Of(BoardPlace.Gpio).Options("chip", "line"), .. options])));
        }
    }

    private sealed class I2cOnBoard : I2cContract
    {
        protected override II2cRig NewRig() => new BoardI2cRig(
            (context, address) => (II2cTarget)new LinuxI2cPlugin().Create(context).Open(Options.Of([.. BoardPlace.Of(BoardPlace.I2c).Options("bus"), ("address", address)])));
    }
}
