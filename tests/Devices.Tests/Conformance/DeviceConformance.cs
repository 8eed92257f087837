// SPDX-License-Identifier: Apache-2.0
using System.Text;
using CsCheck;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Conformance;

/// <summary>
/// The promises that every device keeps: a reset is the state after creation, a restored device is a twin in all that
/// follows, nothing in a state is trusted, and no access of a guest throws.
/// </summary>
public abstract class DeviceConformance
{
    /// <summary>Offsets worth hitting often; a fuzzer that sprays a 6 MiB window meets nothing.</summary>
    protected abstract uint[] Offsets { get; }

    // Coprime to all periods, and less than one.
    private const long LiveStepNs = 7;

    /// <summary>The width the registers are made for.</summary>
    protected virtual AccessWidth NaturalWidth => AccessWidth.Word;

    /// <summary>Values that mean something to this device, mixed in with random ones.</summary>
    protected virtual ulong[] Values => [0, 1, uint.MaxValue];

    /// <summary>Whether a twin restored in the middle of a transaction goes on with it unbroken.</summary>
    protected virtual bool BehavesAlikeInTransactions => true;

    private protected virtual FakeDeviceContext CreateContext() => new();

    private protected abstract IMmioDevice Create(FakeDeviceContext context);

    /// <summary>The outside world does something: a line changes, a byte comes, a bus completes.</summary>
    private protected virtual void Outside(FakeDeviceContext context, ulong value) { }

    /// <summary>What must hold after every step; throws when it does not.</summary>
    private protected virtual void CheckInvariants(IMmioDevice device, FakeDeviceContext context) { }

    /// <summary>Wires and other inputs that are no step of the fuzzer, at every creation.</summary>
    private protected virtual void Prime(IMmioDevice device) { }

    [Fact]
    public void A_reset_is_the_state_after_creation()
    {
        var context = CreateContext();
        var device = Create(context);
        var fresh = StateTree.Of(device).ToString();
        foreach (var offset in Offsets) device.Write(Align(offset, NaturalWidth), NaturalWidth, 0x0F);
        device.Reset();
        Assert.Equal(fresh, StateTree.Of(device).ToString());
    }

    [Fact]
    public void Saving_twice_gives_the_same_state() =>
        Steps.Sample(steps =>
        {
            var context = CreateContext();
            var device = Create(context);
            Play(device, context, steps);
            return StateTree.Of(device).ToString() == StateTree.Of(device).ToString();
        }, iter: 50);

    [Fact]
    public void A_restored_device_behaves_as_the_saved_one() =>
        Gen.Select(Steps, Steps).Sample((before, after) =>
        {
            var context = CreateContext();
            var device = Create(context);
            Prime(device);
            Play(device, context, before);
            var state = StateTree.Of(device);
            var twinContext = context.Twin();
            var twin = Create(twinContext);
            twin.Restore(state);
            Assert.Equal(state.ToString(), StateTree.Of(twin).ToString());
            Assert.Equal(context.Outputs(), twinContext.Outputs());
            if (device.InTransaction && !BehavesAlikeInTransactions) return;
            Assert.Equal(Play(device, context, after), Play(twin, twinContext, after));
            Assert.Equal(StateTree.Of(device).ToString(), StateTree.Of(twin).ToString());
        }, iter: 200);

    [Fact]
    public void No_guest_access_ever_throws_and_the_invariants_hold() =>
        Steps.Sample(steps =>
        {
            var context = CreateContext();
            var device = Create(context);
            Prime(device);
            foreach (var step in steps)
            {
                Play(device, context, [step]);
                CheckInvariants(device, context);
            }
        }, iter: 500);

    [Fact]
    public void On_a_live_clock_with_late_timers_nothing_throws_the_invariants_hold_and_every_state_is_accepted() =>
        Steps.Sample(steps =>
        {
            var context = CreateContext();
            context.Clock.StepNs = LiveStepNs;
            var device = Create(context);
            Prime(device);
            foreach (var step in steps)
            {
                Play(device, context, [step]);
                context.Clock.StepNs = 0;
                context.Clock.Advance(0); // what is due is done, and a check may look twice
                CheckInvariants(device, context);
                context.Clock.StepNs = LiveStepNs;
            }
            var state = StateTree.Of(device);
            Create(context.Twin()).Restore(state);
            Play(device, context, steps);
        }, iter: 100);

    [Fact]
    public void A_state_without_one_of_its_fields_is_refused_or_read_with_a_fallback()
    {
        foreach (var name in StateTree.Of(Create(CreateContext())).Fields.Keys)
        {
            var damaged = StateTree.Of(Create(CreateContext()));
            damaged.Fields.Remove(name);
            RestoreOrRefuse(damaged, []);
        }
    }

    [Fact]
    public void A_hostile_state_is_refused_or_harmless() =>
        Gen.Select(Steps, StateDamage.Gen, Steps).Sample((before, damage, after) =>
        {
            var context = CreateContext();
            var device = Create(context);
            Play(device, context, before);
            var state = StateTree.Of(device);
            damage.ApplyTo(state);
            RestoreOrRefuse(state, after);
        }, iter: 500);

    private Gen<DeviceStep[]> Steps => StepGen.Array[1, 40];

    private Gen<DeviceStep> StepGen
    {
        get
        {
            var offset = Gen.Frequency((9, AnyOf(Offsets)), (1, Gen.UInt[0, Math.Max(Offsets.Max() + 64, 64)]));
            var width = Gen.Frequency((6, Gen.Const(NaturalWidth)), (1, Gen.Enum<AccessWidth>()));
            var value = Gen.OneOf(AnyOf(Values), Gen.ULong, Gen.ULong[0, 255]);
            var kind = Gen.Frequency((4, Gen.Const(StepKind.Read)), (6, Gen.Const(StepKind.Write)),
                (1, Gen.Const(StepKind.PassTime)), (3, Gen.Const(StepKind.Outside)));
            return Gen.Select(kind, offset, width, value, (k, o, w, v) => new DeviceStep(k, Align(o, w), w, Fit(v, w)));
        }
    }

    private static Gen<T> AnyOf<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static uint Align(uint offset, AccessWidth width) => offset & ~((uint)width - 1);

    private static ulong Fit(ulong value, AccessWidth width) =>
        width == AccessWidth.Double ? value : value & ((1UL << (int)width * 8) - 1);

    /// <summary>Plays the steps and tells all that could be seen of them.</summary>
    private string Play(IMmioDevice device, FakeDeviceContext context, DeviceStep[] steps)
    {
        var seen = new StringBuilder();
        foreach (var step in steps)
        {
            if (step.Offset + (uint)step.Width > device.WindowBytes) continue;
            switch (step.Kind)
            {
                case StepKind.Read: seen.Append(device.Read(step.Offset, step.Width)).Append(' '); break;
                case StepKind.Write: device.Write(step.Offset, step.Width, step.Value); break;
                case StepKind.PassTime: context.Clock.Pass((long)(step.Value % 10_000_000)); break;
                case StepKind.Outside: Outside(context, step.Value); break;
            }
            seen.Append(context.Outputs()).Append('\n');
        }
        return seen.ToString();
    }

    private void RestoreOrRefuse(StateTree state, DeviceStep[] after)
    {
        var context = CreateContext();
        var device = Create(context);
        try
        {
            device.Restore(state);
        }
        catch (StateException)
        {
            return;
        }
        Play(device, context, after);
        StateTree.Of(device);
    }
}
