// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using EdgeHypervisor.Portable;

// BoardTests [--filter TEXT[|TEXT...]] [--results FILE] [--begin-within MINUTES]: runs on a board where the service is installed, as root, one
// test after the other; what has not begun within the given time is skipped.
// BoardTests --bench FILE: measures there, and merges the figures into a file.

if (Value("--bench") is { } figures)
{
    await BoardBench.RunAsync(figures);
    return 0;
}

TestCase.Limit = TimeSpan.FromHours(1); // each wait has its own; test.sh limits the whole
Type[] inOrder = [typeof(InstallationTests), typeof(GpioTests), typeof(SharingTests), typeof(BusTests), typeof(LevelTests), typeof(LinuxGuestTests), typeof(RecoveryTests), typeof(FiguresTests)];
var filters = (Value("--filter") ?? "").Split('|');
var lastStart = Value("--begin-within") is { } minutes ? TimeSpan.FromMinutes(int.Parse(minutes, CultureInfo.InvariantCulture)) : TimeSpan.MaxValue;
var began = Stopwatch.GetTimestamp();
var tally = new Tally(verbose: false);
foreach (var test in inOrder.SelectMany(TestCase.FindAll).Where(test => filters.Any(filter => test.Name.Contains(filter, StringComparison.Ordinal))))
{
    var start = Stopwatch.GetTimestamp();
    var outcome = Stopwatch.GetElapsedTime(began) > lastStart ? new Outcome(Skip: "this machine is too slow to begin it in time") : await test.RunAsync();
    tally.Add(test, outcome);
    var word = outcome is { Error: not null } ? "FAILED " : outcome is { Skip: not null } ? "skipped" : "passed ";
    var why = outcome.Skip is { } reason ? $": {reason}" : "";
    if (outcome.Error is not null) Console.WriteLine(await Systemd.JournalTailAsync());
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{word} {test.Name.Split('.')[^1].Replace('_', ' ')}, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s{why}"));
}
if (Value("--results") is { } file)
{
    var total = tally.Passed + tally.Failed + tally.Skipped;
    File.WriteAllText(file, $"<TestRun><Counters total=\"{total}\" passed=\"{tally.Passed}\" failed=\"{tally.Failed}\" /></TestRun>\n");
}
return tally.Failed == 0 && tally.Passed + tally.Skipped > 0 ? 0 : 1;

string? Value(string option) => Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
