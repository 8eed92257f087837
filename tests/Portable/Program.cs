// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using EdgeHypervisor.Portable;

// PortableTests [ASSEMBLY...] [--filter TEXT] [--verbose] [--after N]: runs the tests beside this program in this very process, so
// that they run wherever .NET does, with no test host: on a board, or in a process of another architecture.

string[] all = ["Translation.Tests", "Cores.RiscV.Tests", "Cores.CortexM.Tests", "Devices.Tests", "Runtime.Tests", "Boards.Tests", "Migration.Tests", "Lending.Tests", "Transports.Tests"];
var filter = Value("--filter") ?? "";
var after = int.Parse(Value("--after") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
var names = args.Where((arg, i) => IsName(arg) && (i == 0 || args[i - 1] is not ("--filter" or "--after"))).ToArray();
var verbose = args.Contains("--verbose");
var tally = new Tally(verbose);

Console.WriteLine($"{System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture}, .NET {Environment.Version}");
foreach (var name in names.Length > 0 ? names : all)
{
    var (before, number) = (tally.Passed, 0);
    foreach (var test in TestCase.FindAll(Assembly.Load(name)).Where(test => test.Name.Contains(filter, StringComparison.Ordinal)))
    {
        if (++number <= after) continue;
        if (verbose) Console.WriteLine($"begin {number} {test.Name}");
        tally.Add(test, await test.RunAsync());
    }
    Console.WriteLine($"end {name} {tally.Passed - before} passed");
}
Console.WriteLine($"{tally.Passed} passed, {tally.Failed} failed, {tally.Skipped} skipped");
return tally.Failed == 0 ? 0 : 1;

string? Value(string option) => Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

static bool IsName(string arg) => !arg.StartsWith("--", StringComparison.Ordinal);
