// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>BKPT 0xAB.</summary>
internal sealed class Semihosting(CortexMCore core, string? folder, ICoreContext context) : IDisposable
{
    /// <summary>The breakpoint that asks the host. Semihosting for AArch32 and AArch64, section 2.</summary>
    public const uint Breakpoint = 0xAB;

    public void Call(IMachineControl machine)
    {
        _ = (core, folder, context, machine);
    }

    public void Dispose()
    {
    }
}
