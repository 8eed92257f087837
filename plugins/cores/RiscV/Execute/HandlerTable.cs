// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// The handler of each instruction variant, for one register width and one way to reach memory. Filled when an
/// extension is first used, since each entry costs the runtime some work. Shared by all harts of a plugin, from any
/// thread: an entry only ever changes from "unresolved" to a stub of its handler, and from there to the handler itself.
/// </summary>
internal abstract unsafe class HandlerTable
{
    private const int Length = (int)Op.Count << HandlerIndex.OpShift;
    private readonly nint* _entries;

    /// <summary>All entries still to be resolved.</summary>
    protected HandlerTable()
    {
        _entries = (nint*)RuntimeHelpers.AllocateTypeAssociatedMemory(typeof(HandlerTable), Length * sizeof(nint));
        for (var i = 0; i < Length; i++) _entries[i] = (nint)(Handler)(&SystemInstructions.Unresolved);
        Set(Op.Undecoded, &SystemInstructions.Undecoded);
    }

    /// <summary>The first entry. Valid as long as the plugin is loaded.</summary>
    public nint* Entries => _entries;

    /// <summary>Puts in the handlers of the extension that has this instruction.</summary>
    public abstract void Resolve(Op op);

    /// <summary>
    /// Leads past the runtime's stubs. A function pointer points to one, which jumps on through a cell to the handler once that has run.
    /// </summary>
    /// <remarks>
    /// Only x86-64, whose jump is plainly to be read. What looks otherwise stays as it is. Handlers that are compiled when they first run are compiled once, and
    /// stay where they are. Of those that are compiled ahead .NET may count the calls, in pieces of code that come and go: only what lies in the plugin's own file is taken.
    /// </remarks>
    public void SkipStubs()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) return;
        for (var i = 0; i < Length; i++)
        {
            if (_entries[i] != 0) _entries[i] = BehindStub(_entries[i]);
        }
    }

    // SAFETY: an entry is code, at least as long as a jump with its cell's distance; the cell is the runtime's and readable.
    private static nint BehindStub(nint entry)
    {
        const ushort jumpThroughCell = 0x25FF; // jmp [rip + distance]
        const int jumpBytes = 6;
        var code = (byte*)entry;
        if (Unsafe.ReadUnaligned<ushort>(code) != jumpThroughCell) return entry;
        var behind = entry + jumpBytes;
        var target = *(nint*)(behind + Unsafe.ReadUnaligned<int>(code + sizeof(ushort)));
        return target == behind || !StaysThere(target) ? entry : target; // just behind the jump lies what has the handler compiled
    }

#if COMPILED_AHEAD
    private static bool StaysThere(nint code) => OwnImage.HasCode(code);
#else
    private static bool StaysThere(nint code) => true;
#endif

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
