// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// The handler of each instruction variant, for one register width and one way to reach memory. Filled when an
/// extension is first used, since each entry costs the runtime some work. Shared by all harts of a plugin, from any
/// thread: an entry only ever changes from "unresolved" to its one value.
/// </summary>
internal abstract unsafe class HandlerTable
{
    private readonly nint[] _entries = GC.AllocateArray<nint>((int)Op.Count << HandlerIndex.OpShift, pinned: true);

    /// <summary>All entries still to be resolved.</summary>
    protected HandlerTable()
    {
        Array.Fill(_entries, (nint)(Handler)(&SystemInstructions.Unresolved));
        Set(Op.Undecoded, &SystemInstructions.Undecoded);
    }

    /// <summary>The first entry. Valid as long as this object lives.</summary>
    public nint* Entries => (nint*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_entries, 0);

    /// <summary>Puts in the handlers of the extension that has this instruction.</summary>
    public abstract void Resolve(Op op);

    /// <summary>The handler of a standard instruction.</summary>
    public void Set(Op op, Handler handler) => _entries[HandlerIndex.Of(op, 0)] = (nint)handler;

    /// <summary>The handlers of an instruction that has a compressed form.</summary>
    public void Set(Op op, Handler standard, Handler compressed)
    {
        Set(op, standard);
        _entries[HandlerIndex.Of(op, HandlerIndex.Compressed)] = (nint)compressed;
    }

    /// <summary>The handlers for targets within the page.</summary>
    public void SetNear(Op op, Handler standard, Handler compressed)
    {
        _entries[HandlerIndex.Of(op, HandlerIndex.Near)] = (nint)standard;
        _entries[HandlerIndex.Of(op, HandlerIndex.Near | HandlerIndex.Compressed)] = (nint)compressed;
    }

    /// <summary>The handlers of a load or store, which are the same for one that has reached a device.</summary>
    public void SetAccess(Op op, Handler standard, Handler compressed = null)
    {
        foreach (var reach in (ReadOnlySpan<int>)[0, HandlerIndex.Device])
        {
            _entries[HandlerIndex.Of(op, reach)] = (nint)standard;
            if (compressed is not null) _entries[HandlerIndex.Of(op, reach | HandlerIndex.Compressed)] = (nint)compressed;
        }
    }
}
