// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>A fact that is skipped, and says why, where Debian's riscv64 kernel could not be had.</summary>
internal sealed class FactWithDebianAttribute : FactAttribute
{
    public FactWithDebianAttribute() => Skip = DebianGuest.Problem;

    /// <summary>Whether the drivers that this kernel leaves out are needed too.</summary>
    public bool NeedsDrivers
    {
        get;
        init
        {
            field = value;
            if (value) Skip ??= DebianGuest.DriverProblem;
        }
    }
}
