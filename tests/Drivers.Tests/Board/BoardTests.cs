// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>The contracts of the <c>linux</c> drivers, on a real kernel.</summary>
[Trait("Category", "Board")]
public sealed class BoardTests
{
    // gpio-sim leaves an input where it was last driven to until its pull is set: a line that is let go of does not rise.
    [BoardTheory(BoardPlace.Gpio), Promises(typeof(GpioContract), Except = [nameof(GpioContract.An_open_drain_output_pulls_low_and_lets_go_for_high)])]
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
            var place = BoardPlace.Of(BoardPlace.Gpio);
            return new BoardGpioRig(
                options => (IGpioLine)driver.Open(Options.Of([.. place.Options("chip", "line"), .. options])),
                heard =>
                {
                    var marker = (IGpioLine)driver.Open(Options.For("marker", [.. place.Options("chip"), ("line", place["markerLine"])]));
                    marker.Configure(new GpioMode(GpioDirection.Input, GpioBias.PullDown), false);
                    marker.Watch(_ => heard());
                    return marker;
                });
        }
    }

    private sealed class I2cOnBoard : I2cContract
    {
        protected override II2cRig NewRig() => new BoardI2cRig(
            (context, address) => (II2cTarget)new LinuxI2cPlugin().Create(context).Open(Options.Of([.. BoardPlace.Of(BoardPlace.I2c).Options("bus"), ("address", address)])));
    }
}
