// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests.Sharing;

/// <summary>Whatever several VMs do to a shared line, in whatever order: the promises at the pin.</summary>
public sealed class OutputProperties
{
    private const int Vms = 3;

    private static readonly Gen<Step> AnyStep = Gen.Select(Gen.Int[0, Vms - 1], Gen.Enum<Act>(), Gen.Bool, Gen.Enum<OutputRelease>())
        .Select(step => new Step(step.Item1, step.Item2, step.Item3, step.Item4));

    private enum Act
    {
        Drive,
        BecomeOutput,
        BecomeInput,
        Disconnect,
        Open,
        Close,
    }

    [Theory]
    [InlineData("priority")]
    [InlineData("wired-and")]
    [InlineData("wired-or")]
    public void The_pin_has_the_level_that_the_policy_makes_of_the_VMs_that_run_and_no_other_in_between(string access) =>
        AnyStep.Array[1, 60].Sample(steps => Check(access, steps), iter: 2_000);

    private static void Check(string access, Step[] steps)
    {
        var line = new RecordingLine();
        using var bench = new Bench().With("line", line);
        var vms = Enumerable.Range(0, Vms).Select(i => new Actor(bench, i, access)).ToArray();
        foreach (var step in steps)
        {
            var (levelBefore, modeBefore, callsBefore) = (line.Level, line.Mode, line.Calls.Count);
            var actor = vms[step.Vm];
            var isIdle = !actor.IsOpen && step.Act is Act.Drive or Act.BecomeOutput;
            actor.Do(step);

            var calls = line.Calls.Count - callsBefore;
            Assert.True(calls <= 1, $"{step}: {string.Join(", ", line.Calls.Skip(callsBefore))}");
            if (calls == 1) Assert.True(line.Level != levelBefore || line.Mode != modeBefore, $"{step}: {line.Calls[^1]} for nothing");
            if (isIdle && !actor.IsOpen && calls > 0) Assert.NotEqual(GpioDirection.Output, line.Mode.Direction); // let go, at most
            if (vms.Any(vm => vm.Drives))
            {
                Assert.Equal(GpioDirection.Output, line.Mode.Direction);
                Assert.Equal(Expected(access, vms), line.Level);
            }
        }
        foreach (var vm in vms) vm.Dispose();
    }

    private static bool Expected(string access, Actor[] vms)
    {
        var says = vms.Where(vm => vm.Drives || (vm.Holds && access != "priority")).ToList();
        return access switch
        {
            "wired-and" => says.All(vm => vm.Says),
            "wired-or" => says.Any(vm => vm.Says),
            _ => says[^1].Says, // the higher its number, the higher its priority
        };
    }

    private sealed record Step(int Vm, Act Act, bool Level, OutputRelease Release);

    /// <summary>A VM and what the manual says of its say in the line.</summary>
    private sealed class Actor(Bench bench, int number, string access) : IDisposable
    {
        private readonly TestVm _vm = bench.NewVm($"vm{number}", $"gpio0/0: {{ to: line, access: {access}, priority: {number} }}");
        private bool _isOutput;
        private bool _level;
        private bool _held;

        public bool IsOpen { get; private set; }

        public bool Drives => IsOpen && _isOutput;

        public bool Holds { get; private set; }

        public bool Says => IsOpen ? _level : _held;

        public void Do(Step step)
        {
            var port = _vm.Gpio(0);
            switch (step.Act)
            {
                case Act.Drive: port.Drive(_level = step.Level); break;
                case Act.BecomeOutput: (_isOutput, _) = (true, 0); port.Configure(new GpioMode(GpioDirection.Output)); break;
                case Act.BecomeInput: (_isOutput, _) = (false, 0); port.Configure(new GpioMode(GpioDirection.Input)); break;
                case Act.Disconnect: (_isOutput, _) = (false, 0); port.Configure(new GpioMode(GpioDirection.Disconnected)); break;
                case Act.Open: (IsOpen, Holds, _) = (true, false, _vm.Open()); break;
                default: Close(step.Release); break;
            }
        }

        public void Dispose() => _vm.Dispose();

        private void Close(OutputRelease release)
        {
            var hold = release is OutputRelease.Pause or OutputRelease.ServiceRestart or OutputRelease.Checkpoint; // the defaults of a manifest
            if (Drives) (Holds, _held) = (hold, _level);
            else if (!hold) Holds = false;
            IsOpen = false;
            _vm.Ports.Close(release);
        }
    }
}
