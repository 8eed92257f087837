// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Invocation;
using EdgeHypervisor.Cli;

var arguments = EhvCommand.Create().Parse(args);
var code = await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
return arguments.Action is ParseErrorAction ? ExitCode.Usage : code;
