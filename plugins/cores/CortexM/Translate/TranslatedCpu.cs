// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>A processor as the translation kit sees it.</summary>
internal sealed unsafe class TranslatedCpu(CortexMCore core, Cpu* cpu) : ITranslatedCore<TranslatedInstruction>
{
    /// <inheritdoc/>
    public nint State => (nint)cpu;

    /// <inheritdoc/>
    public StateLayout Layout => Cpu.Layout;

    /// <inheritdoc/>
    public EntryLayout Entries => Instruction.Layout;

    /// <inheritdoc/>
    /// <remarks>A region begins outside of IT blocks, and asks nobody whether an access is allowed.</remarks>
    public bool MayEnterRegions => cpu->State.It == 0 && !core.Memory.Protection.IsEnabled;

    /// <inheritdoc/>
    public IInstructionEmitter<TranslatedInstruction> CreateEmitter() => new CortexMEmitter(core.TrapsUnaligned);

    /// <inheritdoc/>
    /// <remarks>The memory of the stack is where data is; constants are where the code is.</remarks>
    public MemoryModel? MemoryFor(ulong address)
    {
        if (core.Memory.FindRegion(cpu->State.R[13] - sizeof(uint), sizeof(uint)) is not { } ram) return null;
        var code = core.Memory.FindRegion((uint)address, sizeof(ushort));
        var all = code is null || code == ram ? MemoryModel.Flat(ram) : MemoryModel.Flat(ram, code, RegistersIn(code));
        return core.Code.Holds(ram) && !ram.HasAliases ? all.BesideCode(ram, Cpu.DecodedPlaces) : all;
    }

    private ulong RegistersIn(RamRegion code)
    {
        var registers = 0UL;
        for (var register = 0; register < 15; register++)
        {
            if (code.Contains(cpu->State.R[register], 1)) registers |= 1UL << register;
        }
        return registers;
    }

    /// <inheritdoc/>
    public bool TryFindPage(ulong address, out RamRegion region, out ulong page) => core.TryFindPage(address, out region, out page);

    /// <inheritdoc/>
    public bool MayExecute(RamRegion region, ulong page) => true;

    /// <inheritdoc/>
    /// <remarks>Stores to instructions drop them at once.</remarks>
    public bool IsCurrent(RamRegion region, ulong page) => true;

    /// <inheritdoc/>
    public nint Fetch() => (nint)core.Fetch();

    /// <inheritdoc/>
    public nint FindEntry(ulong address) => (nint)core.FindEntry(address);

    /// <inheritdoc/>
    public nint PrepareDetour(nint original) => (nint)core.PrepareDetour(CortexMSource.Normal(*(Instruction*)original));

    /// <inheritdoc/>
    public ushort* HeatOf(nint place) => Heat.Of(cpu->Heat, (void*)place, sizeof(Instruction));

    /// <inheritdoc/>
    public void OnHot(nint place) => core.OnHot((Instruction*)place);

    /// <inheritdoc/>
    public void PutRegion(nint place, int region) =>
        *(Instruction*)place = new Instruction { Handler = HandlerIndex.Of(Op.Region), Step = 1, Immediate = (uint)region };

    /// <inheritdoc/>
    public bool AreEqual(TranslatedInstruction a, TranslatedInstruction b) =>
        a.It == b.It && TranslationHelpers.Pack(a.Decoded) == TranslationHelpers.Pack(b.Decoded);
}
