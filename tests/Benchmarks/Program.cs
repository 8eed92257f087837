// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using EdgeHypervisor.Benchmarks;

switch (args)
{
    case [GuestProcess.Command, var elf, var iterations, .. var coreOptions]:
        return await GuestProcess.RunAsync(elf, uint.Parse(iterations, CultureInfo.InvariantCulture), coreOptions);
    case [DensityProcess.Command, var count, var seconds]:
        return await DensityProcess.RunAsync(int.Parse(count, CultureInfo.InvariantCulture), int.Parse(seconds, CultureInfo.InvariantCulture));
    case [PinsProcess.Command, var driver, var toggles, var pinRounds]:
        return await PinsProcess.RunAsync(driver, int.Parse(toggles, CultureInfo.InvariantCulture), int.Parse(pinRounds, CultureInfo.InvariantCulture));
}

ISuite[] suites = [new InterpreterSuite(), new FirstByteSuite(), new ServiceStartSuite(), new DensitySuite(), new PinsSuite(), new SteadySuite("steady", GuestTarget.RiscV64, timesQemu: 3, timesQemuMixedPage: 10), new SteadySuite("cortex-m", GuestTarget.CortexM, timesQemu: 2, timesQemuMixedPage: 1), new ColdSuite(), new LinuxBootSuite(), new MovesSuite()];
var names = string.Join(", ", suites.Select(suite => suite.Name));
var only = new Option<string[]>("--only") { Description = $"the suites to run: {names}", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
var rounds = new Option<int>("--rounds") { Description = "how often each measurement is repeated", DefaultValueFactory = _ => 3 };
var kernels = new Option<string>("--kernels") { Description = "only kernels whose name contains this", DefaultValueFactory = _ => "" };
var elfs = new Option<string?>("--elfs")
{
    Description = "a folder with further images NAME-rv64.elf and NAME-mps2.elf (and programs NAME-native); default: $BENCH_ELFS",
    DefaultValueFactory = _ => Environment.GetEnvironmentVariable("BENCH_ELFS") is { Length: > 0 } folder ? folder : null,
};
var command = new RootCommand("Measures against peers, into artifacts/bench.json.") { only, rounds, kernels, elfs };
command.SetAction(parsed =>
{
    var session = new Session(Checkout.Root, parsed.GetValue(rounds), parsed.GetValue(kernels)!, parsed.GetValue(elfs));
    var chosen = parsed.GetValue(only)!;
    return new Bench(session).Run(suites.Where(suite => chosen.Length == 0 || chosen.Contains(suite.Name)));
});
return command.Parse(args).Invoke();
