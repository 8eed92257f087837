// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>A processor with a random program's code and data.</summary>
internal sealed unsafe class ProgramMachine : ICoreContext, IGuestMemory, IBus, IMachineControl, IDisposable
{
    private const uint OtherMemory = 0x3000_0000;
    private const ulong CoprocessorAccess = 0xE000_ED88;
    private readonly RandomProgram _program;
    private readonly CortexMCore _core;
    private readonly List<nint> _allocations = [];

    /// <param name="program">What it runs.</param>
    /// <param name="engine">How.</param>
    /// <param name="isDeterministic">Whether instructions are counted.</param>
    /// <param name="isFar">Whether the data is where translated code does not reach by itself, as a device is.</param>
    public ProgramMachine(RandomProgram program, string engine, bool isDeterministic, bool isFar)
    {
        Deterministic = isDeterministic;
        _program = program;
        Regions = [Allocate("code", RandomProgram.CodeStart, program.Code), Allocate("data", RandomProgram.DataStart, program.Data), Allocate("other", OtherMemory, new byte[RamRegion.PageBytes])];
        Options = new ComponentOptions("core cpu0", new Dictionary<string, string>
        {
            ["cpu"] = "cortex-m7",
            ["fpu"] = "dp",
            ["engine"] = engine,
            ["vectors"] = RandomProgram.CodeStart.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });
        _core = (CortexMCore)new CortexMPlugin().Create(this);
        if (isFar) _core.State.R[13] = OtherMemory + RamRegion.PageBytes; // translated code takes the memory of the stack for its own
    }

    public IReadOnlyList<RamRegion> Regions { get; }

    public byte[] Data => new ReadOnlySpan<byte>(Regions[1].Host, _program.Data.Length).ToArray();

    public string Name => "cpu0";

    public int Index => 0;

    public ComponentOptions Options { get; }

    public IGuestMemory Memory => this;

    public IBus Bus => this;

    public IGuestClock Clock { get; } = new ManualClock();

    public bool Deterministic { get; }

    public IMachineControl Machine => this;

    public void RunToEnd()
    {
        Assert.True(_core.Memory.TryStore((uint)CoprocessorAccess, 4, true, 0x00F0_0000));
        _core.AddBreakpoint(_program.End);
        var result = _core.Run(10_000_000);
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

    private RamRegion Allocate(string name, uint start, ReadOnlySpan<byte> content)
    {
        var length = (nuint)((content.Length + RamRegion.PageBytes - 1) & -RamRegion.PageBytes);
        var host = (byte*)NativeMemory.AllocZeroed(length);
        var flags = (byte*)NativeMemory.AllocZeroed(length >> RamRegion.PageShift);
        _allocations.AddRange([(nint)host, (nint)flags]);
        content.CopyTo(new Span<byte>(host, content.Length));
        return new RamRegion(name, start, length, host, flags);
    }
}
