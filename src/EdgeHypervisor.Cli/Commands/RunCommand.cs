// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace EdgeHypervisor.Cli;

internal static class RunCommand
{
    public static Command Create() => new EhvSubcommand("run", "Runs one machine in the foreground");
}
