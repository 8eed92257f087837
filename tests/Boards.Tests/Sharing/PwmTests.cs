// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests.Sharing;

public sealed class PwmTests : IDisposable
{
    private static readonly PwmSetting Half = new(1000, 500, true);
    private static readonly PwmSetting Full = new(1000, 1000, true);

    private readonly FakePwm _channel = new();
    private readonly Bench _bench = new();

    public PwmTests() => _bench.With("fan", _channel);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_setting_reaches_the_channel_once_and_only_while_the_VM_runs()
    {
        using var vm = _bench.NewVm("a", "pwm0/0: fan");
        var port = vm.Ports.Pwm("pwm0", 0);
        port.Set(Half);
        Assert.Empty(_channel.Settings);

        vm.Open();
        port.Set(Half);
        vm.Ports.Close(OutputRelease.Pause);
        port.Set(Full);
        vm.Open();
        vm.Ports.Close(OutputRelease.Stop);

        Assert.Equal([Half, Full, PwmSetting.Off], _channel.Settings);
    }

    [Fact]
    public void The_highest_priority_sets_the_channel_and_gives_it_back()
    {
        using var low = _bench.NewVm("low", "pwm0/0: { to: fan, access: priority, priority: 1 }").Open();
        using var high = _bench.NewVm("high", "pwm0/0: { to: fan, access: priority, priority: 2 }").Open();
        low.Ports.Pwm("pwm0", 0).Set(Half);
        high.Ports.Pwm("pwm0", 0).Set(Full);
        high.Ports.Close(OutputRelease.Stop);

        Assert.Equal([Half, Full, Half], _channel.Settings);
    }
}
