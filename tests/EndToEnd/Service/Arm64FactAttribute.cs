// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A fact that wants the daemon as an ARM64 program; skipped, with the way to get it, where there is none.</summary>
internal sealed class Arm64FactAttribute : FactAttribute
{
    public Arm64FactAttribute()
    {
        if (!File.Exists(Daemon)) Skip = "there is no ARM64 daemon: eng/arm64.sh publish src/EdgeHypervisor.Host";
    }

    public static string Daemon => BuiltTree.Path("artifacts/arm64/EdgeHypervisor.Host/edge-hypervisord");
}
