// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Conformance;

/// <summary>
/// What every device promises: it can be saved and restored at any moment, on and on, nothing a guest or a state says
/// throws, and a reset is a fresh start. A device has its own tests for what it does.
/// </summary>
public sealed class DeviceTests
{
    private const int Steps = 400;
    private const int Seeds = 8;

    [Theory, ClassData(typeof(DeviceIds))]
    public void A_misspelt_option_is_refused(string device)
    {
        using var component = new Component<IDevicePlugin>(device);
        var error = Assert.Throws<OptionException>(() => component.Plugin.Create(new FakeDeviceContext(("no-such-option", "1"))));
        Assert.Equal("no-such-option", error.Option);
    }

    [Theory, ClassData(typeof(DeviceIds))]
    public void A_reset_is_a_fresh_start(string device)
    {
        using var component = new Component<IDevicePlugin>(device);
        var bench = new DeviceBench(component.Plugin, seed: 1);
        bench.Play(Steps);
        bench.Device.Reset();
        Assert.Equal(bench.Fresh().State().ToString(), bench.State().ToString());
    }

    [Theory, ClassData(typeof(DeviceIds))]
    public void Nothing_that_a_guest_does_throws(string device)
    {
        using var component = new Component<IDevicePlugin>(device);
        for (var seed = 0; seed < Seeds; seed++) new DeviceBench(component.Plugin, seed).Play(Steps);
    }

    [Theory, ClassData(typeof(DeviceIds))]
    public void It_goes_on_alike_when_it_moves_there_and_back_and_there_again(string device)
    {
        using var component = new Component<IDevicePlugin>(device);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var bench = new DeviceBench(component.Plugin, seed);
            for (var move = 0; move < 4; move++)
            {
                bench.Play(Steps / 4);
                var saved = bench.State();
                bench = bench.Move();
                Assert.Equal(saved.ToString(), bench.State().ToString());
            }
        }
    }

    [Theory, ClassData(typeof(DeviceIds))]
    public void Saving_changes_nothing(string device)
    {
        using var component = new Component<IDevicePlugin>(device);
        var bench = new DeviceBench(component.Plugin, seed: 3);
        bench.Play(Steps);
        Assert.Equal(bench.State().ToString(), bench.State().ToString());
    }

    [Theory, ClassData(typeof(DeviceIds))]
    public void A_state_that_lacks_a_field_is_refused_in_words_or_understood(string device)
    {
        using var component = new Component<IDevicePlugin>(device);
        var whole = new DeviceBench(component.Plugin, seed: 4).State();
        foreach (var field in whole.Fields.Keys)
        {
            var bench = new DeviceBench(component.Plugin, seed: 4);
            var damaged = bench.State();
            damaged.Fields.Remove(field);
            var thrown = Record.Exception(() => bench.Device.Restore(damaged));
            Assert.True(thrown is null or StateException, $"{device}: without '{field}': {thrown}");
        }
    }

    [Theory, ClassData(typeof(DeviceIds))]
    public void A_state_whose_fields_have_other_types_is_refused_in_words(string device)
    {
        using var component = new Component<IDevicePlugin>(device);
        foreach (var field in new DeviceBench(component.Plugin, seed: 5).State().Fields.Keys)
        {
            var bench = new DeviceBench(component.Plugin, seed: 5);
            var damaged = bench.State();
            damaged.Fields[field] = new object();
            var thrown = Record.Exception(() => bench.Device.Restore(damaged));
            Assert.True(thrown is null or StateException, $"{device}: '{field}' of another type: {thrown}");
        }
    }
}
