// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>Two daemons and a broker between them.</summary>
internal sealed class TwoBoards : IAsyncDisposable
{
    private TwoBoards(PrivateBroker broker) => Broker = broker;

    public PrivateBroker Broker { get; }

    /// <summary>The board <c>desk</c>.</summary>
    public RunningDaemon Desk { get; private set; } = null!;

    /// <summary>The other one, which is called <c>pocket</c> unless something else is said.</summary>
    public RunningDaemon Pocket { get; private set; } = null!;

    public static async Task<TwoBoards> StartAsync(string pocket = "pocket")
    {
        var boards = new TwoBoards(new PrivateBroker());
        try
        {
            boards.Desk = await RunningDaemon.StartAsync("desk", boards.Broker.Settings);
            boards.Pocket = await RunningDaemon.StartAsync(pocket, boards.Broker.Settings);
            return boards;
        }
        catch
        {
            await boards.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same with a guest of firmware-images that runs on desk and could move to the other.</summary>
    public static async Task<TwoBoards> StartAsync(string pocket, string guest)
    {
        var boards = await StartAsync(pocket);
        try
        {
            await boards.Desk.DoAsync("vm", "create", BuiltTree.Guest(guest, $"{guest}.vm.yaml"), "--start");
            await boards.Desk.CanMoveAsync(guest, pocket);
            return boards;
        }
        catch
        {
            await boards.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Pocket is not null) await Pocket.DisposeAsync();
        if (Desk is not null) await Desk.DisposeAsync();
        Broker.Dispose();
    }
}
