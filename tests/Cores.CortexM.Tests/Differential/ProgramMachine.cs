// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>A processor with a program's memory.</summary>
internal sealed unsafe class ProgramMachine : ICoreContext, IGuestMemory, IBus, IMachineControl, IDisposable
{
    private const ulong CoprocessorAccess = 0xE000_ED88;
    private const uint SetEnable = 0xE000_E100;
    private const long Steps = 20_000_000;
    private readonly ProgramImage _program;
    private readonly CortexMCore _core;
    private readonly List<nint> _allocations = [];

    /// <param name="program">What it runs.</param>
    /// <param name="cpu">The processor.</param>
    /// <param name="engine">How.</param>
    /// <param name="isDeterministic">Whether instructions are counted.</param>
    public ProgramMachine(ProgramImage program, string cpu, string engine, bool isDeterministic)
    {
        Deterministic = isDeterministic;
        _program = program;
        Regions = [.. program.Segments.Select(segment => Allocate(segment.At, segment.Bytes))];
        Options = new ComponentOptions("core cpu0", new Dictionary<string, string>
        {
            ["cpu"] = cpu,
            ["fpu"] = FpuOf(cpu).ToString().ToLowerInvariant(),
            ["engine"] = engine,
            ["vectors"] = program.Segments[0].At.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });
        _core = (CortexMCore)new CortexMPlugin().Create(this);
    }

    /// <summary>The floating-point unit that a processor has here: the largest it can have.</summary>
    public static FpuKind FpuOf(string cpu) => cpu switch { "cortex-m4" => FpuKind.Sp, "cortex-m7" => FpuKind.Dp, _ => FpuKind.None };

    public IReadOnlyList<RamRegion> Regions { get; }

    public byte[] Output
    {
        get
        {
            var region = Regions.Single(r => r.Contains(_program.OutputAt, 1));
            return new ReadOnlySpan<byte>(region.Host + (_program.OutputAt - region.Start), _program.OutputBytes).ToArray();
        }
    }

    public string Name => "cpu0";

    public int Index => 0;

    public ComponentOptions Options { get; }

    public IGuestMemory Memory => this;

    public IBus Bus => this;

    public IGuestClock Clock { get; } = new ManualClock();

    public bool Deterministic { get; }

    public IMachineControl Machine => this;

    public long InstructionsRetired => _core.InstructionsRetired;

    /// <summary>Runs it to its end, in slices of random lengths and with an interrupt before each if there is to be some.</summary>
    public void RunToEnd(Random? interruptions = null)
    {
        if (_core.Profile.Fpu != FpuKind.None) Assert.True(_core.Memory.TryStore((uint)CoprocessorAccess, 4, true, 0x00F0_0000));
        if (interruptions is not null) Assert.True(_core.Memory.TryStore(SetEnable, 4, true, 1));
        _core.AddBreakpoint(_program.End);
        var result = default(RunResult);
        while (_core.InstructionsRetired < Steps && result.Reason == StopReason.BudgetUsed)
        {
            result = _core.Run(interruptions?.Next(1, 400) ?? Steps);
            if (interruptions is null) continue;
            _core.FindInput("irq0")!.Drive(true);
            _core.FindInput("irq0")!.Drive(false);
        }
        Assert.True(result.Reason == StopReason.Breakpoint, $"{result.Reason} {result.Detail} at 0x{_core.State.Pc:x}");
    }

    public bool TryRead(ulong address, Span<byte> destination) => false;

    public bool TryWrite(ulong address, ReadOnlySpan<byte> source) => false;

    public bool TryRead(ulong address, AccessWidth width, out ulong value)
    {
        value = 0;
        return false;
    }

    public bool TryWrite(ulong address, AccessWidth width, ulong value) => false;

    public void PowerOff(int exitCode)
    {
    }

    public void Reset()
    {
    }

    public void Dispose()
    {
        _core.Dispose();
        foreach (var allocation in _allocations) NativeMemory.Free((void*)allocation);
    }

    private RamRegion Allocate(uint start, ReadOnlySpan<byte> content)
    {
        var length = (nuint)((content.Length + RamRegion.PageBytes - 1) & -RamRegion.PageBytes);
        var host = (byte*)NativeMemory.AllocZeroed(length);
        var flags = (byte*)NativeMemory.AllocZeroed(length >> RamRegion.PageShift);
        _allocations.AddRange([(nint)host, (nint)flags]);
        content.CopyTo(new Span<byte>(host, content.Length));
        return new RamRegion($"memory at 0x{start:x}", start, length, host, flags);
    }
}
