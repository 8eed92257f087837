// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Invocation;
using EdgeHypervisor.Cli;

var arguments = EhvCommand.For(args).Parse(args);
return arguments.Action is ParseErrorAction
    ? UsageError.Report(arguments, Console.Error)
    : arguments.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
