// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>Something the user can put right.</summary>
/// <param name="message">What is wrong, naming the file, field or option.</param>
/// <param name="fix">What to do about it.</param>
/// <param name="exitCode">What to tell a script.</param>
internal sealed class UserErrorException(string message, string? fix = null, int exitCode = ExitCode.Failed) : Exception(message)
{
    public string? Fix { get; } = fix;

    public int ExitCode { get; } = exitCode;
}
