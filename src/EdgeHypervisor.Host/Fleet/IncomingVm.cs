// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>
/// A VM that another board offers, while it comes in. It is built as soon as its firmware is here, so that each page goes
/// where it belongs at once; what came before then is put in place meanwhile.
/// </summary>
internal sealed class IncomingVm : IVmReceiver
{
    private readonly VmFactory _factory;
    private readonly ImageStore _images;
    private readonly IncomingImage _image;
    private readonly VmJournal _journal;
    private readonly VmClaim _claim;
    private readonly Action<IncomingVm> _gone;
    private readonly Lock _gate = new();
    private readonly PageSet _waiting; // for the VM to be built
    private readonly byte[] _page = new byte[MovableRegion.PageBytes];
    private Task? _building; // beside the pages that come in; once
    private bool _isTaken;

    public IncomingVm(
        string id, VmFolder folder, MovedDescription moved, VmDefinition definition, IncomingImage image, VmFactory factory, ImageStore images, VmJournal journal, VmClaim claim, Action<IncomingVm> gone)
    {
        (Id, Folder, Moved, Definition, _image) = (id, folder, moved, definition, image);
        (_factory, _images, _journal, _claim, _gone) = (factory, images, journal, claim, gone);
        _waiting = new PageSet(image.Regions);
        if (images.Find(definition.Image) is not null) Machine = Prepare();
    }

    public string Id { get; }

    /// <summary>Its folder, made before the guest stands still.</summary>
    public VmFolder Folder { get; }

    public MovedDescription Moved { get; }

    public VmDefinition Definition { get; }

    /// <summary>The VM, once it is built.</summary>
    public BuiltVm? Machine { get; private set; }

    private int FirmwareRegion => _image.Regions.Count - 1;

    public void WritePage(int region, int page, ReadOnlySpan<byte> content)
    {
        _image.WritePage(region, page, content);
        if (region != FirmwareRegion) Load(region, page, content);
        else if (page == _image.Regions[region].PageCount - 1 && Machine is null) _building ??= Task.Run(BuildEarly);
    }

    public void ReadPage(int region, int page, Span<byte> destination) => _image.ReadPage(region, page, destination);

    public async ValueTask SettleAsync(CancellationToken cancellation)
    {
        await (_building ?? Task.CompletedTask);
        await Task.Run(_image.Settle, cancellation);
    }

    public async ValueTask BuildAsync(ReadOnlyMemory<byte> state, CancellationToken cancellation)
    {
        await (_building ?? Task.CompletedTask);
        if (Machine is null)
        {
            StoreFirmware();
            LoadWaiting(Prepare());
        }
        Machine!.Machine.RestoreMachineState(state);
    }

    public ValueTask PersistAsync(ReadOnlyMemory<byte> state, Digest256 digest, CancellationToken cancellation) =>
        new(Task.Run(
            () =>
            {
                StoreFirmware();
                _image.Persist(state);
            },
            cancellation));

    /// <summary>The VM is this board's now; what came in stays on the disk until it was saved anew. To be closed once the guest runs.</summary>
    public BuiltVm Take()
    {
        var built = Machine ?? throw new InvalidOperationException($"VM {Definition.Vm.Name} is not built");
        _isTaken = true;
        _gone(this);
        return built;
    }

    /// <summary>Lets go of what came in. It may wait for the disk.</summary>
    public void CloseImage() => _image.Dispose();

    public async ValueTask DisposeAsync()
    {
        _gone(this);
        _claim.Dispose();
        await (_building ?? Task.CompletedTask);
        if (_isTaken) return;
        _image.Dispose();
        Machine?.Machine.Dispose();
        Machine = null;
    }

    private void Load(int region, int page, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            if (Machine is null) _waiting.Add(region, page);
            else Machine.Machine.LoadPage(region, (ulong)page, content.ToArray());
        }
    }

    private BuiltVm Prepare()
    {
        var built = _factory.Build(Definition, Id, _journal.Take);
        built.Machine.RestoreMachineState(built.Machine.SaveMachineState()); // as it will be done while the guest stands still: what that takes is loaded and compiled then
        built.Machine.ClearMemory();
        return built;
    }

    // Beside the pages that come in. What goes wrong here goes wrong again, and is told, when the VM has to be there.
    private void BuildEarly()
    {
        try
        {
            StoreFirmware();
            LoadWaiting(Prepare());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _journal.Failed("vm-not-built", $"cannot be built yet: {e.Message}");
        }
    }

    private void LoadWaiting(BuiltVm built)
    {
        lock (_gate)
        {
            foreach (var (region, page) in _waiting.Pages())
            {
                _image.ReadPage(region, page, _page);
                built.Machine.LoadPage(region, (ulong)page, _page);
            }
            _waiting.Clear();
            Machine = built;
        }
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
