// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

internal sealed class RecordingMachine : IMachineControl
{
    public int? ExitCode { get; private set; }

    public int Resets { get; private set; }

    public void PowerOff(int exitCode) => ExitCode = exitCode;

    public void Reset() => Resets++;
}
