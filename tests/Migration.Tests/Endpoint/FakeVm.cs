// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;

namespace Migration.Tests;

/// <summary>Runs a <see cref="FakeGuest"/> on a thread of its own, beat after beat, told to the witness.</summary>
internal sealed class FakeVm(string vm, string board, FakeGuest guest, Witness witness, Action onFreeze, Action onRelease) : IMovableVm
{
    private readonly Lock _turn = new();
    private CancellationTokenSource? _running;
    private bool _dead;

    public FakeGuest Guest => guest;

    public bool IsRunning => _running is not null;

    public int Throttled { get; private set; }

    public VmOffer Offer { get; } = new()
    {
        Vm = vm,
        Name = $"the {vm}",
        Description = new byte[] { 1, 2, 3 },
        Regions = [.. guest.Regions],
    };

    public void Run()
    {
        lock (_turn)
        {
            if (_running is not null || _dead) return;
            witness.Starts(vm, board);
            _running = new CancellationTokenSource();
            var token = _running.Token;
            new Thread(() => Loop(token)) { IsBackground = true }.Start();
        }
    }

    public void Kill()
    {
        lock (_turn)
        {
            _dead = true;
            Stop();
        }
    }

    public ValueTask CollectDirtyAsync(PageSet pages, CancellationToken cancellation)
    {
        lock (_turn)
        {
            foreach (var (region, page) in guest.Dirty.Pages()) pages.Add(region, page);
            guest.Dirty.Clear();
        }
        return ValueTask.CompletedTask;
    }

    public void ReadPage(int region, int page, Span<byte> destination) =>
        guest.Memory[region].AsSpan(page * MovableRegion.PageBytes, MovableRegion.PageBytes).CopyTo(destination);

    public TimeSpan RunTime => TimeProvider.System.GetElapsedTime(0);

    public void Throttle(int percent) => Throttled = percent;

    public ValueTask<ReadOnlyMemory<byte>> FreezeAsync(CancellationToken cancellation)
    {
        onFreeze();
        lock (_turn)
        {
            Stop();
            return ValueTask.FromResult<ReadOnlyMemory<byte>>(guest.SaveState());
        }
    }

    public ValueTask KeepImageAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ResumeAsync(ulong epoch)
    {
        Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        onRelease();
        // The next attempt starts from nothing: every page counts as written again.
        lock (_turn)
        {
            for (var region = 0; region < guest.Regions.Count; region++) guest.Dirty.AddAll(region);
        }
        return ValueTask.CompletedTask;
    }

    private void Stop()
    {
        if (_running is null) return;
        _running.Cancel();
        _running = null;
        witness.Stops(vm, board);
    }

    private void Loop(CancellationToken running)
    {
        while (!running.IsCancellationRequested)
        {
            lock (_turn)
            {
                if (running.IsCancellationRequested) return;
                guest.Beat();
                witness.Beat(vm, board, guest.Beats);
            }
            running.WaitHandle.WaitOne(1);
        }
    }
}
