// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>A PWM channel that writes down what it is set to.</summary>
internal sealed class FakePwm : IPwmChannel
{
    public List<PwmSetting> Settings { get; } = [];

    public void Set(PwmSetting setting) => Settings.Add(setting);

    public void Dispose()
    {
    }
}
