// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>A processor with flash, SRAM, a bus and a clock, ready to run halfwords that a test gives it.</summary>
internal sealed class TestCpu : ICoreContext, IMachineControl, IDisposable
{
    public const uint Start = 0x400;
    public const uint StackTop = GuestRam.Sram + 0x8000;
    private static readonly CortexMPlugin Plugin = new();

    public TestCpu(string cpu = "cortex-m4", bool isFlashWritable = true, params (string Name, string Value)[] options)
    {
        Ram = new GuestRam(isFlashWritable);
        var values = new Dictionary<string, string> { ["cpu"] = cpu };
        foreach (var (name, value) in options) values[name] = value;
        Options = new ComponentOptions("core cpu0", values);
        Vector(0, StackTop);
        Vector(1, Start | 1);
        Core = (CortexMCore)Plugin.Create(this);
    }

    public GuestRam Ram { get; }

    public RecordingBus Devices { get; } = new();

    public ManualClock Time { get; } = new();

    public CortexMCore Core { get; }

    public int Resets { get; private set; }

    public int? ExitCode { get; private set; }

    public string Name => "cpu0";

    public int Index => 0;

    public ComponentOptions Options { get; }

    public IGuestMemory Memory => Ram;

    public IBus Bus => Devices;

    public IGuestClock Clock => Time;

    public bool Deterministic => true;

    public IMachineControl Machine => this;

    public FakeUartPort Console { get; } = new();

    public uint Pc => (uint)Core.State.Pc;

    public uint Xpsr => Core.Special.Xpsr;

    public unsafe uint this[int register]
    {
        get => Core.State.R[register];
        set => Core.State.R[register] = value;
    }

    public IUartPort Uart() => Console;

    public void PowerOff(int exitCode) => ExitCode = exitCode;

    public void Reset() => Resets++;

    /// <summary>A vector of the table at zero.</summary>
    public TestCpu Vector(int number, uint value) => Word((uint)number * 4, value);

    /// <summary>A word of memory, as a loader places it.</summary>
    public TestCpu Word(uint address, uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Assert.True(Ram.TryWrite(address, bytes));
        return this;
    }

    public uint Word(uint address)
    {
        var bytes = new byte[4];
        Assert.True(Ram.TryRead(address, bytes));
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>A word as the privileged processor stores it, to memory or to a register of its own.</summary>
    public void Store(uint address, uint value) => Assert.True(Core.Memory.TryStore(address, 4, true, value));

    /// <summary>A word as the privileged processor loads it.</summary>
    public uint Load(uint address)
    {
        Assert.True(Core.Memory.TryLoad(address, 4, true, out var value));
        return value;
    }

    /// <summary>Instructions at an address: halfwords, or words of two with the first one in the upper half.</summary>
    public TestCpu Code(uint address, params uint[] code)
    {
        foreach (var instruction in code)
        {
            uint[] halves = instruction > 0xFFFF ? [instruction >> 16, instruction & 0xFFFF] : [instruction];
            foreach (var half in halves)
            {
                Assert.True(Ram.TryWrite(address, [(byte)half, (byte)(half >> 8)]));
                address += 2;
            }
        }
        return this;
    }

    /// <summary>Instructions where the processor begins.</summary>
    public TestCpu Program(params uint[] code) => Code(Start, code);

    public RunResult Run(long instructions) => Core.Run(instructions);

    public void Dispose()
    {
        Core.Dispose();
        Assert.True(Ram.GuardIsIntact, "an access went beyond the end of memory");
        Ram.Dispose();
    }
}
