// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>What every driver of lights promises.</summary>
public abstract class LedContract
{
    /// <summary>A light, opened, and how to see its brightness.</summary>
    protected abstract (ILed Led, Func<int> See) Open();

    [Fact]
    public void Every_brightness_up_to_the_largest_is_seen()
    {
        var (led, see) = Open();
        using (led)
        {
            foreach (var brightness in (int[])[led.MaximumBrightness, 0, 1])
            {
                led.SetBrightness(brightness);
                Assert.Equal(brightness, see());
            }
        }
    }

    [Fact]
    public void A_brightness_beyond_the_largest_is_refused()
    {
        var (led, _) = Open();
        using (led)
        {
            Assert.Throws<PeripheralException>(() => led.SetBrightness(led.MaximumBrightness + 1));
            Assert.Throws<PeripheralException>(() => led.SetBrightness(-1));
        }
    }
}
