// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Chaos;
using EdgeHypervisor.Demo;

// Moves between two real services through a real broker while links, broker and services are hurt. `make chaos` starts this.
// Usage: Chaos [MOVES] [SEED] [FAULT,FAULT,…]
var moves = args.Length > 0 ? int.Parse(args[0]) : 40;
var seed = args.Length > 1 ? int.Parse(args[1]) : 1;
var faults = args.Length > 2 ? args[2].Split(',').Select(name => Enum.Parse<ChaosFault>(name, ignoreCase: true)).ToArray() : Enum.GetValues<ChaosFault>();
try
{
    await using var stage = new ChaosStage();
    return await new ChaosRun(stage, faults, seed, Console.Out).RunAsync(moves, CancellationToken.None) ? 0 : 1;
}
catch (DemoException e)
{
    await Console.Error.WriteLineAsync($"chaos: {e.Message}");
    return 1;
}
