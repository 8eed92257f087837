// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>Gives turns on the test's own thread, when told to.</summary>
internal sealed class ManualScheduler(ManualTime time) : IVmScheduler, ISliceAlarm
{
    private ISchedulable? _vm;
    private bool _woken;

    /// <summary>The alarms of all slices.</summary>
    public List<long> AlarmsNs { get; } = [];

    public TurnResult LastResult { get; private set; }

    public int Turns { get; private set; }

    public IScheduledVm Add(ISchedulable vm, SchedulingSettings settings)
    {
        _vm = vm;
        return new Place(this);
    }

    public void Set(long hostNs) => AlarmsNs.Add(hostNs);

    /// <summary>One turn of a time slice; time stands still meanwhile unless something moves it.</summary>
    public TurnResult Turn(long sliceNs = 4_000_000)
    {
        Turns++;
        _woken = false;
        return LastResult = _vm!.RunTurn(time.NowNs + sliceNs, this);
    }

    /// <summary>Turns until nothing is left to do before some host time, moving the clock from wake-up to wake-up.</summary>
    public void RunUntil(long hostNs)
    {
        while (time.NowNs < hostNs)
        {
            var result = Turn(Math.Min(4_000_000, hostNs - time.NowNs));
            if (result.IsReady || _woken) continue;
            if (result.WakeAtNs > hostNs) break;
            time.Advance(Math.Max(0, result.WakeAtNs - time.NowNs));
        }
        if (time.NowNs < hostNs) time.Advance(hostNs - time.NowNs);
        Turn(1);
    }

    private sealed class Place(ManualScheduler scheduler) : IScheduledVm
    {
        public long RunTimeNs => 0;

        public long WakeUps => 0;

        public void Wake() => scheduler._woken = true;

        public bool TryLendWorker() => false;

        public void KeepWorker() => throw new InvalidOperationException("none was lent");

        public void Limit(int? capPercent)
        {
        }

        public void Dispose()
        {
        }
    }
}
