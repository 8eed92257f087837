// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Chaos;
using EdgeHypervisor.Demo;

// Moves between two real services through a real broker while links, broker and services are hurt. `make chaos` starts this.
// Usage: Chaos [MOVES] [SEED] [FAULT,FAULT,…]. The first Ctrl-C or SIGTERM ends it after the round under way, with its figures.
var moves = args.Length > 0 ? int.Parse(args[0]) : 40;
var seed = args.Length > 1 ? int.Parse(args[1]) : 1;
var faults = args.Length > 2 ? args[2].Split(',').Select(name => Enum.Parse<ChaosFault>(name, ignoreCase: true)).ToArray() : Enum.GetValues<ChaosFault>();
using var enough = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    await using var stage = new ChaosStage();
    try
    {
        stage.IsKept = !await new ChaosRun(stage, faults, seed, Console.Out).RunAsync(moves, enough.Token, CancellationToken.None);
    }
    catch (DemoException e)
    {
        stage.IsKept = true;
        await Console.Error.WriteLineAsync($"chaos: {e.Message}");
    }
    if (stage.IsKept) await Console.Error.WriteLineAsync($"chaos: all that the boards said is in {stage.Folder}");
    return stage.IsKept ? 1 : 0;
}
catch (DemoException e)
{
    await Console.Error.WriteLineAsync($"chaos: {e.Message}");
    return 1;
}

void End(PosixSignalContext signal)
{
    signal.Cancel = !enough.IsCancellationRequested;
    enough.Cancel();
}
