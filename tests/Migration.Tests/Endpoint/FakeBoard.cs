// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;

namespace Migration.Tests;

/// <summary>A board whose VMs are <see cref="FakeGuest"/>s. What is durable outlives <see cref="Crash"/>.</summary>
internal sealed class FakeBoard(string name, Witness witness) : IBoardVms
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FakeVm> _vms = [];
    private readonly Dictionary<string, (Digest256 Digest, FakeGuest Guest)> _prepared = [];
    private readonly Dictionary<string, FakeGuest> _checkpoints = [];
    private readonly Dictionary<string, FakeReceiver> _built = [];
    private bool _down;

    public string Name => name;

    /// <summary>Why offers are refused; empty: they are not.</summary>
    public string[] Refusals { get; set; } = [];

    /// <summary>Fails building the next received VM.</summary>
    public bool FailsToBuild { get; set; }

    /// <summary>Fails making the next received VM durable.</summary>
    public bool FailsToPersist { get; set; }

    /// <summary>What this board has of pages.</summary>
    public Func<PageLibrary?> KnownPages { get; set; } = () => null;

    /// <summary>Called when a VM was asked to freeze.</summary>
    public Action OnFreeze { get; set; } = () => { };

    /// <summary>Called when a move lets go of a VM.</summary>
    public Action OnRelease { get; set; } = () => { };

    /// <summary>Called when what came so far is to be settled; done when it is.</summary>
    public Func<Task> OnSettle { get; set; } = () => Task.CompletedTask;

    /// <summary>When a VM last began to run here.</summary>
    public long RanAt { get; private set; }

    /// <summary>When a VM was last asked to freeze here.</summary>
    public long FrozeAt { get; private set; }

    public IReadOnlyList<string> Running
    {
        get
        {
            lock (_gate) return [.. _vms.Where(v => v.Value.IsRunning).Select(v => v.Key)];
        }
    }

    public FakeVm Vm(string vm)
    {
        lock (_gate) return _vms[vm];
    }

    /// <summary>Puts a new VM on the board; not yet running.</summary>
    public void Add(string vm, FakeGuest guest)
    {
        lock (_gate)
        {
            _vms[vm] = new FakeVm(vm, name, guest, witness, OnFreezeNow, () => OnRelease());
            _checkpoints[vm] = guest.Clone();
        }
    }

    /// <summary>The process dies if it holds no VM, running or frozen: says whether it did.</summary>
    public bool TryCrashIdle()
    {
        lock (_gate)
        {
            if (_vms.Count > 0) return false;
            Crash();
            return true;
        }
    }

    /// <summary>The process is there again.</summary>
    public void Revive()
    {
        lock (_gate) _down = false;
    }

    /// <summary>The process dies: nothing runs, nothing of memory is left.</summary>
    public void Crash()
    {
        lock (_gate)
        {
            _down = true;
            foreach (var vm in _vms.Values) vm.Kill();
            _vms.Clear();
            _built.Clear();
        }
    }

    public ValueTask<IMovableVm> OpenAsync(string vm, CancellationToken cancellation)
    {
        lock (_gate) return ValueTask.FromResult<IMovableVm>(_vms.TryGetValue(vm, out var found) ? found : throw new MoveException($"no VM {vm}"));
    }

    public ValueTask<OfferAnswer> CheckAsync(string source, VmOffer offer, CancellationToken cancellation)
    {
        if (Refusals.Length > 0) return ValueTask.FromResult(OfferAnswer.Refuse([.. Refusals]));
        return ValueTask.FromResult(OfferAnswer.Accept(new FakeReceiver(this, offer), KnownPages()));
    }

    public ValueTask<bool> HasPreparedAsync(string vm, Digest256 digest, CancellationToken cancellation)
    {
        lock (_gate) return ValueTask.FromResult(_prepared.TryGetValue(vm, out var image) && image.Digest == digest);
    }

    public TimeSpan? RunningFor(string vm) => null;

    public ValueTask RunAsync(string vm, ulong epoch)
    {
        lock (_gate)
        {
            if (_down) throw new InvalidOperationException("the process is dead");
            if (!_vms.TryGetValue(vm, out var found))
            {
                var guest = _built.Remove(vm, out var built) ? built.Guest
                    : _prepared.TryGetValue(vm, out var image) ? image.Guest.Clone()
                    : _checkpoints[vm].Clone();
                found = _vms[vm] = new FakeVm(vm, name, guest, witness, OnFreezeNow, () => OnRelease());
            }
            if (_prepared.Remove(vm, out var prepared)) _checkpoints[vm] = prepared.Guest;
            RanAt = TimeProvider.System.GetTimestamp();
            found.Run();
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask FreeAsync(string vm)
    {
        lock (_gate)
        {
            if (_vms.Remove(vm, out var found)) found.Kill();
            _checkpoints.Remove(vm);
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask ReleaseAsync(string vm)
    {
        lock (_gate)
        {
            _prepared.Remove(vm);
            _built.Remove(vm);
        }
        return ValueTask.CompletedTask;
    }

    private void OnFreezeNow()
    {
        FrozeAt = TimeProvider.System.GetTimestamp();
        OnFreeze();
    }

    private sealed class FakeReceiver(FakeBoard board, VmOffer offer) : IVmReceiver
    {
        public FakeGuest Guest { get; } = Empty(offer.Regions);

        public void WritePage(int region, int page, ReadOnlySpan<byte> content) => content.CopyTo(Page(region, page));

        public void ReadPage(int region, int page, Span<byte> destination) => Page(region, page).CopyTo(destination);

        public ValueTask SettleAsync(CancellationToken cancellation) => new(board.OnSettle());

        public ValueTask BuildAsync(ReadOnlyMemory<byte> state, CancellationToken cancellation)
        {
            if (board.FailsToBuild) throw new InvalidOperationException("device uart0 is of version 2, this board has 1");
            Guest.Restore(state.Span);
            lock (board._gate) board._built[offer.Vm] = this;
            return ValueTask.CompletedTask;
        }

        public ValueTask PersistAsync(ReadOnlyMemory<byte> state, Digest256 digest, CancellationToken cancellation)
        {
            if (board.FailsToPersist) throw new IOException("no space left on device");
            var image = Empty(offer.Regions);
            for (var i = 0; i < image.Memory.Length; i++) Guest.Memory[i].CopyTo(image.Memory[i], 0);
            image.Restore(state.Span);
            lock (board._gate) board._prepared[offer.Vm] = (digest, image);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private Span<byte> Page(int region, int page) => Guest.Memory[region].AsSpan(page * MovableRegion.PageBytes, MovableRegion.PageBytes);

        private static FakeGuest Empty(IReadOnlyList<MovableRegion> regions)
        {
            var guest = new FakeGuest(regions);
            foreach (var memory in guest.Memory) Array.Clear(memory);
            return guest;
        }
    }
}
