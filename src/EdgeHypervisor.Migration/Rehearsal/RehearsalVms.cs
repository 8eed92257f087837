// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>The one VM of a rehearsal, as a board has it.</summary>
internal sealed class RehearsalVms : IBoardVms
{
    public const string Vm = "rehearsal";
    private const int Pages = 48;
    private static readonly MovableRegion Ram = new("ram", Pages * MovableRegion.PageBytes);

    public ValueTask<IMovableVm> OpenAsync(string vm, CancellationToken cancellation) => ValueTask.FromResult<IMovableVm>(new Leaving());

    public ValueTask<OfferAnswer> CheckAsync(string source, VmOffer offer, CancellationToken cancellation) => ValueTask.FromResult(OfferAnswer.Accept(new Arriving()));

    public ValueTask<bool> HasPreparedAsync(string vm, Digest256 digest, CancellationToken cancellation) => ValueTask.FromResult(false);

    public ValueTask RunAsync(string vm, ulong epoch) => ValueTask.CompletedTask;

    public TimeSpan? RunningFor(string vm) => null;

    public ValueTask FreeAsync(string vm) => ValueTask.CompletedTask;

    public ValueTask ReleaseAsync(string vm) => ValueTask.CompletedTask;

    private sealed class Leaving : IMovableVm
    {
        private readonly byte[] _memory = MoveRehearsal.MakeMemory(Pages);
        private int _rounds;

        public VmOffer Offer { get; } = new() { Vm = Vm, Name = Vm, Description = new byte[] { 0 }, Regions = [Ram] };

        public ValueTask CollectDirtyAsync(PageSet pages, CancellationToken cancellation)
        {
            // The first round everything, the second more than one block, then little.
            var count = _rounds++ switch { 0 => Pages, 1 => Pages / 2, _ => 2 };
            for (var page = 0; page < count; page++)
            {
                _memory[page * MovableRegion.PageBytes]++;
                pages.Add(0, page);
            }
            return ValueTask.CompletedTask;
        }

        public void ReadPage(int region, int page, Span<byte> destination) => _memory.AsSpan(page * MovableRegion.PageBytes, MovableRegion.PageBytes).CopyTo(destination);

        public TimeSpan RunTime => TimeSpan.Zero;

        public void Throttle(int percent)
        {
        }

        public ValueTask<ReadOnlyMemory<byte>> FreezeAsync(CancellationToken cancellation) => ValueTask.FromResult<ReadOnlyMemory<byte>>(new byte[2000]);

        public ValueTask KeepImageAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask ResumeAsync(ulong epoch) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Arriving : IVmReceiver
    {
        private readonly byte[] _memory = new byte[Pages * MovableRegion.PageBytes];

        public void WritePage(int region, int page, ReadOnlySpan<byte> content) => content.CopyTo(_memory.AsSpan(page * MovableRegion.PageBytes));

        public void ReadPage(int region, int page, Span<byte> destination) => _memory.AsSpan(page * MovableRegion.PageBytes, MovableRegion.PageBytes).CopyTo(destination);

        public ValueTask SettleAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask BuildAsync(ReadOnlyMemory<byte> state, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask PersistAsync(ReadOnlyMemory<byte> state, Digest256 digest, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
