// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Translation.Tests;

/// <summary>Machine code of this host, a state it works on, and links between pieces of it.</summary>
internal sealed unsafe class HostCode : IDisposable
{
    /// <summary>Where the state has room for what a test wants.</summary>
    public const int Free = 128;

    public const int StateBytes = 64 << 10;
    private const int CodeBytes = 8 << 20;
    private readonly ExecutableMemory _memory = ExecutableMemory.TryCreate(CodeBytes) ?? throw new InvalidOperationException("no memory for code");
    private readonly SharedCode<nint> _shared;

    public HostCode(bool countsExactly = false)
    {
        var assembler = HostAssembler.TryCreate()!;
        var labels = assembler.WriteShared(Layout, Links.First, countsExactly);
        var start = _memory.Next;
        Assert.True(_memory.TryWrite(assembler.Finish()));
        _shared = new(start + assembler.PositionOf(labels.Enter), start + assembler.PositionOf(labels.Leave), start + assembler.PositionOf(labels.LookUp));
        Links.Clear();
        (Budget, Countdown) = (1000, 1000);
    }

    public static StateLayout Layout => new(ProgramCounter: 0, StopRequest: 8, Budget: 16, Epoch: 24, Context: 32, Countdown: 12);

    public byte* State { get; } = (byte*)NativeMemory.AllocZeroed(StateBytes);

    public BaselineLinks Links { get; } = new();

    public ref ulong ProgramCounter => ref *(ulong*)(State + Layout.ProgramCounter);

    public ref long Budget => ref *(long*)(State + Layout.Budget);

    public ref long Epoch => ref *(long*)(State + Layout.Epoch);

    public ref RegionContext Context => ref *(RegionContext*)(State + Layout.Context);

    public ref int StopRequest => ref *(int*)(State + Layout.StopRequest);

    public ref int Countdown => ref *(int*)(State + Layout.Countdown);

    public ref long this[int slot] => ref *(long*)(State + Free + 8 * slot);

    public static Home Slot(int slot) => new(Free + 8 * slot, IsFrame: false);

    /// <summary>Code that returns what its carrier holds at its end.</summary>
    public nint Write(Action<HostAssembler> write) => Write(write, _shared.Leave);

    /// <summary>Code that goes where the program counter says.</summary>
    public nint WriteLinked(Action<HostAssembler> write) => Write(write, _shared.LookUp);

    public int Run(nint place) => (int)new RegionCode(_shared.Enter, [place]).Run((nint)State, 0);

    public void Dispose()
    {
        NativeMemory.Free(State);
        _memory.Dispose();
        Links.Dispose();
    }

    private nint Write(Action<HostAssembler> write, nint end)
    {
        var place = _memory.Next;
        var assembler = HostAssembler.TryCreate()!;
        write(assembler);
        assembler.Branch(assembler.DefineLabelAt((int)(end - place)));
        var code = assembler.Finish();
        Assert.True(_memory.TryWrite(code));
        return place;
    }
}
