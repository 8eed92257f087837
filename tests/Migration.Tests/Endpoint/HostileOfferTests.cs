// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Migration;
using EdgeHypervisor.Transports.Tests;

namespace Migration.Tests;

/// <summary>Messages that a board which says what it likes sends to one that takes VMs.</summary>
public sealed class HostileOfferTests : IAsyncLifetime
{
    private readonly TemporaryFolder _journals = new();
    private readonly LossyBroker _broker = new();
    private readonly HeldBoard _board = new();
    private MoveEndpoint _endpoint = null!;

    public Task InitializeAsync() => StartAsync();

    private async Task StartAsync()
    {
        _endpoint = new MoveEndpoint(
            new MoveEndpointOptions { Board = "pocket", JournalFolder = _journals.Path, MaximumRefused = 3 }, _board, _broker.Connect(), _broker.Connect(), new NoControlProtection(), _ => { }, TimeProvider.System);
        await _endpoint.StartAsync(CancellationToken.None);
        _broker.Record = [];
    }

    public async Task DisposeAsync()
    {
        _board.Release.Release(100);
        await _endpoint.DisposeAsync();
        _journals.Dispose();
    }

    [Fact]
    public async Task An_offer_is_checked_when_nothing_is_left_of_the_one_that_it_overtakes()
    {
        Offer("desk", transaction: 1);
        await _board.NextAsync("checks desk");
        Offer("attic", transaction: 2);
        await UntilAsync(() => _endpoint.List() is [{ Peer: "attic" }]);
        await _board.NextAsync("releases"); // what the first one may have made
        _board.Release.Release();
        await _board.NextAsync("disposes desk");
        await _board.NextAsync("releases");
        await _board.NextAsync("checks attic");
    }

    [Fact]
    public async Task An_offer_that_is_taken_back_while_it_is_checked_leaves_nothing()
    {
        Offer("desk", transaction: 1);
        await _board.NextAsync("checks desk");
        Send("desk", ProtocolMessageKind.Abort, new MoveId("vm-1", 2, 1));
        await _board.NextAsync("releases");
        _board.Release.Release();
        await _board.NextAsync("disposes desk");
        await _board.NextAsync("releases");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_asks_for_any_VM_back_is_answered_and_leaves_no_trace(bool afterOffer)
    {
        var move = new MoveId("vm-1", ulong.MaxValue / 4, ulong.MaxValue);
        if (afterOffer)
        {
            Offer("desk", move.Transaction, move.Epoch);
            await _board.NextAsync("checks desk");
        }
        Send("desk", ProtocolMessageKind.Revoke, move);
        await UntilAsync(() => _broker.Sent("edgehypervisor/1/desk/move/control").Any(message => message.Message.Kind == ProtocolMessageKind.Revoked));
        Assert.Empty(Directory.GetFileSystemEntries(_journals.Path));
        if (afterOffer) await _board.NextAsync("releases");
        _board.Release.Release(2);
        if (afterOffer) await _board.NextAsync("disposes desk");
        if (afterOffer) await _board.NextAsync("releases");
        Offer("attic", transaction: 1); // and the VM can come as ever
        await _board.NextAsync("checks attic");
    }

    [Fact]
    public async Task Of_VMs_that_were_refused_for_good_so_many_are_remembered_and_none_keeps_a_file_open()
    {
        await _endpoint.DisposeAsync();
        for (var i = 0; i < 20; i++)
        {
            var refused = OwnershipRecord.Unknown($"vm-{i}") with { Floor = new MoveFloor(2, 1) };
            OwnershipJournal.Create(_journals[$"vm-{i}"], refused).Dispose();
        }
        await StartAsync();
        Assert.DoesNotContain(Directory.GetFiles("/proc/self/fd"), fd => new FileInfo(fd).LinkTarget?.StartsWith(_journals.Path, StringComparison.Ordinal) == true);
        Send("desk", ProtocolMessageKind.Revoke, new MoveId("vm-new", 2, 1));
        await UntilAsync(() => Directory.GetDirectories(_journals.Path).Length == 3);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var token = Patience.Token;
        while (!condition()) await Task.Delay(5, token);
    }

    private void Offer(string from, ulong transaction, ulong epoch = 2)
    {
        using var keys = new StreamKeys();
        Send(from, ProtocolMessageKind.Prepare, new MoveId("vm-1", epoch, transaction), message => message with
        {
            KeyShare = keys.Share,
            Offer = new VmOffer { Vm = "vm-1", Name = "vm", Description = new byte[1], Regions = [new MovableRegion("ram", 4096), new MovableRegion("firmware", 10)] },
        });
    }

    private void Send(string from, ProtocolMessageKind kind, MoveId move, Func<ControlMessage, ControlMessage>? with = null)
    {
        var message = new ControlMessage { From = from, To = "pocket", Message = new ProtocolMessage(kind, move) };
        _broker.Inject(new TransportMessage { Topic = "edgehypervisor/1/pocket/move/control", Payload = ControlCodec.Encode(with?.Invoke(message) ?? message) });
    }

    /// <summary>A board that takes its time with each offer, and notes what is asked of it.</summary>
    private sealed class HeldBoard : IBoardVms
    {
        private readonly BlockingCollection<string> _asked = [];

        public SemaphoreSlim Release { get; } = new(0);

        public Task NextAsync(string expected) => Task.Run(() => Assert.Equal(expected, _asked.Take(Patience.Token)));

        public ValueTask<IMovableVm> OpenAsync(string vm, CancellationToken cancellation) => throw new MoveException("none is here");

        public async ValueTask<OfferAnswer> CheckAsync(string source, VmOffer offer, CancellationToken cancellation)
        {
            _asked.Add($"checks {source}", CancellationToken.None);
            await Release.WaitAsync(CancellationToken.None);
            return OfferAnswer.Accept(new Receiver(() => _asked.Add($"disposes {source}")));
        }

        public ValueTask<bool> HasPreparedAsync(string vm, Digest256 digest, CancellationToken cancellation) => ValueTask.FromResult(false);

        public TimeSpan? RunningFor(string vm) => null;

        public ValueTask RunAsync(string vm, ulong epoch) => throw new InvalidOperationException("nothing came");

        public ValueTask FreeAsync(string vm) => ValueTask.CompletedTask;

        public ValueTask ReleaseAsync(string vm)
        {
            _asked.Add("releases");
            return ValueTask.CompletedTask;
        }

        private sealed class Receiver(Action disposed) : IVmReceiver
        {
            public void WritePage(int region, int page, ReadOnlySpan<byte> content)
            {
            }

            public void ReadPage(int region, int page, Span<byte> destination) => destination.Clear();

            public ValueTask SettleAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

            public ValueTask BuildAsync(ReadOnlyMemory<byte> state, CancellationToken cancellation) => ValueTask.CompletedTask;

            public ValueTask PersistAsync(ReadOnlyMemory<byte> state, Digest256 digest, CancellationToken cancellation) => ValueTask.CompletedTask;

            public ValueTask DisposeAsync()
            {
                disposed();
                return ValueTask.CompletedTask;
            }
        }
    }
}
