// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Demo;

// The main job in one command: two boards, two guests, moved by MQTT messages while they run. `make demo` starts this.
using var ending = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    ending.Cancel();
};
try
{
    await using var stage = new Stage();
    var show = new Show(stage, DemoScreen.Create());
    return await show.RunAsync(ending.Token) ? 0 : 1;
}
catch (DemoException e)
{
    await Console.Error.WriteLineAsync($"demo: {e.Message}");
    return 1;
}
catch (ControlException e)
{
    await Console.Error.WriteLineAsync($"demo: {e.Problem.Title}: {e.Problem.Detail}");
    return 1;
}
catch (OperationCanceledException) when (ending.IsCancellationRequested)
{
    return 130;
}
