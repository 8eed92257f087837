// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// What BKPT 0xAB may ask of the host: to end, and the time. Files and the console are refused. Semihosting for AArch32 and
/// AArch64, sections 2 and 7.
/// </summary>
internal sealed unsafe class Semihosting(Cpu* cpu, CortexMCore core, IMachineControl machine, IGuestClock clock)
{
    /// <summary>The breakpoint that asks the host.</summary>
    public const uint Breakpoint = 0xAB;

    private const uint Clock = 0x10;
    private const uint ErrorNumber = 0x13;
    private const uint Exit = 0x18;
    private const uint ExitExtended = 0x20;
    private const uint ApplicationExit = 0x20026;
    private const long NsPerTick = 10_000_000;
    private const uint Refused = uint.MaxValue;

    /// <summary>The operation in r0 with its argument in r1; the answer goes into r0.</summary>
    public void Call()
    {
        var r = Cpu.R(cpu);
        switch (r[0])
        {
            case Exit: End(r[1] == ApplicationExit ? 0 : 1); break;
            case ExitExtended when core.Memory.TryLoad(r[1] + 4, 4, core.Memory.Privilege, out var code): End((int)code); break;
            case Clock: r[0] = (uint)(clock.NowNs / NsPerTick); break;
            case ErrorNumber: r[0] = 0; break;
            default: r[0] = Refused; break;
        }
    }

    private void End(int exitCode)
    {
        machine.PowerOff(exitCode);
        core.RequestStop();
    }
}
