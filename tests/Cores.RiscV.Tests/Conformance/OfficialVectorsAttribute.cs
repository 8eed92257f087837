// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>A theory over the official vectors; skipped with its reason where there are none.</summary>
internal sealed class OfficialVectorsAttribute : TheoryAttribute
{
    public const string Variable = "RISCV_TESTS";

    public OfficialVectorsAttribute()
    {
        if (Folder is null) Skip = $"{Variable} does not name a folder with built riscv-tests (rv64ui-p-add …)";
    }

    public static string? Folder =>
        Environment.GetEnvironmentVariable(Variable) is { } folder && Directory.Exists(folder) ? folder : null;
}
