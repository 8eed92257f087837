// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

internal sealed class FakePwmPort : IPwmPort
{
    public PwmSetting Setting { get; private set; }

    public void Set(PwmSetting setting) => Setting = setting;
}
