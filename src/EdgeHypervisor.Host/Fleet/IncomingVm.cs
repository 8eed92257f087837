// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>A VM that another board offers, while it comes in.</summary>
internal sealed class IncomingVm : IVmReceiver
{
    private readonly VmFactory _factory;
    private readonly ImageStore _images;
    private readonly IncomingImage _image;
    private readonly VmJournal _journal;
    private readonly Action<IncomingVm> _gone;
    private bool _isTaken;

    public IncomingVm(
        string id, MovedDescription moved, VmDefinition definition, IncomingImage image, VmFactory factory, ImageStore images, VmJournal journal, Action<IncomingVm> gone)
    {
        (Id, Moved, Definition, _image) = (id, moved, definition, image);
        (_factory, _images, _journal, _gone) = (factory, images, journal, gone);
        // With the firmware at hand the VM can be there before its pages are, and each page goes where it belongs at once.
        if (images.Find(definition.Image) is not null) Machine = Prepare();
    }

    public string Id { get; }

    public MovedDescription Moved { get; }

    public VmDefinition Definition { get; }

    /// <summary>The VM, once it is built.</summary>
    public BuiltVm? Machine { get; private set; }

    private int FirmwareRegion => _image.RegionBytes.Count - 1;

    public void WritePage(int region, int page, ReadOnlySpan<byte> content)
    {
        _image.WritePage(region, page, content);
        if (region != FirmwareRegion) Machine?.Machine.LoadPage(region, (ulong)page, content.ToArray());
    }

    public void ReadPage(int region, int page, Span<byte> destination) => _image.ReadPage(region, page, destination);

    public ValueTask BuildAsync(ReadOnlyMemory<byte> state, CancellationToken cancellation)
    {
        Machine ??= BuildFromImage(cancellation);
        Machine.Machine.RestoreMachineState(state);
        return ValueTask.CompletedTask;
    }

    public ValueTask PersistAsync(ReadOnlyMemory<byte> state, Digest256 digest, CancellationToken cancellation) =>
        new(Task.Run(
            () =>
            {
                StoreFirmware();
                _image.Persist(state, digest.ToString());
            },
            cancellation));

    /// <summary>The VM runs here now; what came in stays on the disk until it was saved anew.</summary>
    public BuiltVm Take()
    {
        _isTaken = true;
        _image.Dispose();
        return Machine ?? throw new InvalidOperationException($"VM {Definition.Vm.Name} is not built");
    }

    public ValueTask DisposeAsync()
    {
        _gone(this);
        if (_isTaken) return ValueTask.CompletedTask;
        _image.Dispose();
        Machine?.Machine.Dispose();
        Machine = null;
        return ValueTask.CompletedTask;
    }

    private BuiltVm Prepare()
    {
        var built = _factory.Build(Definition, _journal.Take);
        built.Machine.ClearMemory();
        return built;
    }

    private BuiltVm BuildFromImage(CancellationToken cancellation)
    {
        StoreFirmware();
        var built = Prepare();
        var page = new byte[MovableRegion.PageBytes];
        for (var region = 0; region < FirmwareRegion; region++)
        {
            for (var i = 0; i < (int)(_image.RegionBytes[region] / MovableRegion.PageBytes); i++)
            {
                cancellation.ThrowIfCancellationRequested();
                _image.ReadPage(region, i, page);
                if (page.AsSpan().ContainsAnyExcept((byte)0)) built.Machine.LoadPage(region, (ulong)i, page);
            }
        }
        return built;
    }

    // The description said which firmware; what came must be that.
    private void StoreFirmware()
    {
        if (_images.Find(Definition.Image) is not null) return;
        var content = _image.ReadRegion(FirmwareRegion);
        if (ImageStore.DigestOf(content) != Definition.Image) throw new MoveException($"the firmware that came is {ImageStore.DigestOf(content)}, announced was {Definition.Image}");
        _images.Store(content);
    }
}
