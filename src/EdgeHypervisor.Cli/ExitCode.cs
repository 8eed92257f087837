// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>What the command tells a script. <c>ehv run</c> gives its guest's own code instead.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Unreachable = 3;
    public const int NotFound = 4;
    public const int Conflict = 5;

    /// <summary>The machine of <c>ehv run</c> failed; codes below are its guest's.</summary>
    public const int RunFailed = 125;

    /// <summary>128 + SIGINT, as shells count.</summary>
    public const int Interrupted = 130;

    public static int OfStatus(int status) => status switch
    {
        0 => Unreachable,
        404 => NotFound,
        409 or 412 => Conflict,
        _ => Failed,
    };
}
