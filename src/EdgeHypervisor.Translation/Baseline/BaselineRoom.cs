// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A core's room for the baseline compiler's code: what all regions share at its beginning, then the regions.</summary>
internal sealed class BaselineRoom : IDisposable
{
    /// <summary>At whose end all regions are dropped: some 60 bytes for a guest instruction.</summary>
    private const int LengthBytes = 8 << 20;

    private readonly SharedCode<nint> _shared;
    private readonly nint _first;

    private BaselineRoom(HostAssembler assembler, ExecutableMemory memory, StateLayout layout, bool countsExactly)
    {
        Memory = memory;
        var labels = assembler.WriteShared(layout, Links.First, countsExactly);
        var start = memory.Next;
        _ = memory.TryWrite(assembler.Finish());
        _shared = new SharedCode<nint>(start + assembler.PositionOf(labels.Enter), start + assembler.PositionOf(labels.Leave), start + assembler.PositionOf(labels.LookUp));
        _first = memory.Next;
        Links.Clear();
    }

    /// <summary>The ways from region to region.</summary>
    public BaselineLinks Links { get; } = new();

    /// <summary>The memory.</summary>
    public ExecutableMemory Memory { get; }

    /// <summary>See <see cref="SharedCode{T}.Enter"/>.</summary>
    public nint Enter => _shared.Enter;

    /// <summary>Makes room; null where the compiler has nothing for the host's processor, or the host gives no memory for code.</summary>
    public static BaselineRoom? TryCreate(StateLayout layout, bool countsExactly)
    {
        if (HostAssembler.TryCreate() is not { } assembler) return null;
        return ExecutableMemory.TryCreate(LengthBytes) is { } memory ? new BaselineRoom(assembler, memory, layout, countsExactly) : null;
    }

    /// <summary>What writes the next region.</summary>
    public BaselineGenerator CreateGenerator()
    {
        var assembler = HostAssembler.TryCreate()!;
        return new BaselineGenerator(assembler, new SharedCode<int>(Label(_shared.Enter), Label(_shared.Leave), Label(_shared.LookUp)));

        int Label(nint place) => assembler.DefineLabelAt((int)(place - Memory.Next));
    }

    /// <summary>Without regions again. None of them may be running.</summary>
    public void Clear()
    {
        Memory.ClearFrom(_first);
        Links.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Memory.Dispose();
        Links.Dispose();
    }
}
