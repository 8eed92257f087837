// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>A hart with RAM, a bus and a clock, ready to run words that a test gives it.</summary>
internal sealed class TestHart : ICoreContext, IMachineControl, IDisposable
{
    private static readonly RiscVPlugin Plugin = new();

    public TestHart(
        string isa = "rv64imac", ulong ramBytes = 64 * 1024, IReadOnlyDictionary<string, string>? options = null, ulong flashBytes = 0, bool deterministic = true, bool lowMemory = true)
    {
        Deterministic = deterministic;
        Ram = new GuestRam(ramBytes, flashBytes, lowMemory);
        Options = new ComponentOptions("core cpu0", options ?? new Dictionary<string, string> { ["isa"] = isa });
        Core = (RiscVCore)Plugin.Create(this);
        Core.Reset(GuestRam.Start, []);
        Devices.Retired = () => Core.InstructionsRetired;
    }

    public GuestRam Ram { get; }

    public RecordingBus Devices { get; } = new();

    public ManualClock Time { get; } = new();

    public RiscVCore Core { get; }

    public string Name => "cpu0";

    public int Index => 0;

    public ComponentOptions Options { get; }

    public IGuestMemory Memory => Ram;

    public IBus Bus => Devices;

    public IGuestClock Clock => Time;

    public bool Deterministic { get; }

    public IMachineControl Machine => this;

    public FakeUartPort Console { get; } = new();

    public int? ExitCode { get; private set; }

    public ulong Pc => Core.State.Pc;

    public unsafe ulong this[int register]
    {
        get => Core.State.X[register];
        set => Core.State.X[register] = value;
    }

    /// <summary>Places 32-bit words, as a loader does.</summary>
    public TestHart Load(ulong address, params ReadOnlySpan<uint> words)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var word in words)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
            Assert.True(Ram.TryWrite(address, bytes));
            address += 4;
        }
        return this;
    }

    /// <summary>Places words at the reset address.</summary>
    public TestHart Load(params ReadOnlySpan<uint> words) => Load(GuestRam.Start, words);

    public IUartPort Uart() => Console;

    public void PowerOff(int exitCode) => ExitCode = exitCode;

    public void Reset() => throw new NotSupportedException("a hart cannot reset its machine");

    public ulong Csr(int csr)
    {
        Assert.True(Core.Csrs.TryReadForDebugger(csr, out var value));
        return value;
    }

    public void Dispose()
    {
        Core.Dispose();
        Assert.True(Ram.GuardIsIntact, "an access went beyond the end of RAM");
        Ram.Dispose();
    }
}
