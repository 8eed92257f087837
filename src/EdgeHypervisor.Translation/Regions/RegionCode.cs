// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>Why a region returned. The state is exact in every case, and its program counter says where to go on.</summary>
public enum RegionExit
{
    /// <summary>Control left the region: go on at the program counter, in another region or the interpreter.</summary>
    Left = 0,

    /// <summary>The instruction at the program counter needs the interpreter: a device, a fault, a system register.</summary>
    Interpret = 1,

    /// <summary>The stop request was seen, or the budget does not suffice for the next block.</summary>
    Safepoint = 2,

    /// <summary>A device was asked, and the core is to look at what came of it before the instruction at the program counter.</summary>
    Attention = 3,

    /// <summary>Registers do not hold what the region took for granted of them: the instruction at the program counter is interpreted.</summary>
    Surprise = 4,

    /// <summary>Only of the baseline compiler's regions: so many loops have gone by, and the program counter stands at the head of one.</summary>
    Sampled = 5,
}

/// <summary>A translated region.</summary>
public sealed unsafe class RegionCode
{
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, nint, int> _enter;
    private readonly nint[]? _places; // of the baseline compiler
    private readonly Optimised? _optimised;

    /// <summary>A region that RyuJIT has compiled.</summary>
    internal RegionCode(Optimised code) => _optimised = code;

    /// <summary>
    /// A region of the baseline compiler. .NET's garbage collector waits for such code as for its own: it comes back after some thousand loops and calls nothing.
    /// </summary>
    internal RegionCode(nint enter, nint[] places)
    {
        _enter = (delegate* unmanaged[SuppressGCTransition]<nint, nint, int>)enter;
        _places = places;
    }

    /// <summary>What RyuJIT makes of a region.</summary>
    internal delegate int Optimised(nint state, int entry);

    /// <summary>Whether it is the baseline compiler's.</summary>
    public bool IsBaseline => _optimised is null;

    /// <summary>Runs it.</summary>
    /// <param name="state">The core's state.</param>
    /// <param name="entry">Which of the region's entries to begin at; see <see cref="CompiledRegion.Entries"/>.</param>
    public RegionExit Run(nint state, int entry) => (RegionExit)(_optimised is { } code ? code(state, entry) : _enter(state, _places![entry]));

    /// <summary>Where the code of an entry of the baseline compiler's is.</summary>
    internal nint PlaceOf(int entry) => _places![entry];
}
