// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <content>Following what the guest does.</content>
public sealed partial class VirtualMachine
{
    private VmTrace? _trace; // on its turn
    private VmProfile? _profile; // on its turn
    private SymbolTable? _symbols;

    /// <summary>The functions of its firmware; none when the file has no symbols, or bad ones.</summary>
    public SymbolTable Symbols => _symbols ??= SymbolTable.Of(Blueprint.Firmware);

    /// <summary>Whether all its cores tell of traps and instructions.</summary>
    public bool IsTraceable => _machine.Cores.All(core => core.Part is ITraceableCore);

    /// <summary>An instruction in assembly language; null where its cores have no disassembler.</summary>
    public string? Disassemble(uint bits, ulong address) => (_machine.Cores[0].Part as ITraceableCore)?.Disassemble(bits, address);

    internal VmTrace? BeginTrace(Func<Machine, VmTrace> create) => Visit(() =>
    {
        if (_status.State == VmState.Deleted) throw Refuse("trace", Hint(_status.State));
        if (_trace is not null) return null;
        _trace = create(_machine);
        _trace.Attach();
        StatusChanged += OnTracedStatus;
        return _trace;
    });

    internal void EndTrace(VmTrace trace) => Visit(() =>
    {
        if (_trace != trace) return;
        StatusChanged -= OnTracedStatus;
        _trace = null;
        if (_status.State != VmState.Deleted) trace.Detach();
    });

    /// <summary>Whether all its cores wait for interrupts. On its turn.</summary>
    internal bool IsAsleep => !IsAnyCoreRunnable();

    internal VmProfile? BeginProfile(Func<VmProfile> create) => Visit(() =>
    {
        if (_status.State == VmState.Deleted) throw Refuse("profile", Hint(_status.State));
        return _profile is null ? _profile = create() : null;
    });

    internal void EndProfile(VmProfile profile) => Visit(() =>
    {
        if (_profile == profile) _profile = null;
    });

    internal void InterruptTraced() => InterruptSlice();

    internal void WakeTraced() => _place.Wake();

    private void OnTracedStatus(VirtualMachine vm, VmStatus status) => Volatile.Read(ref _trace)?.OnStatus(status);
}
