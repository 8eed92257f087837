// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>Says what this board is, what it runs and how busy it is: retained, and only what has changed.</summary>
internal sealed class FleetAnnouncements(
    HostBoard board, DaemonOptions options, MachineLibrary machines, VmTable table, FleetPublisher publisher, EventHub events, TimeProvider time)
{
    private static readonly TimeSpan LoadPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private readonly LoadMeter _meter = new(table, options, time);
    private readonly Dictionary<string, byte[]> _announced = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _announcing = new(1, 1);

    /// <summary>Says everything, to a broker that may know nothing.</summary>
    public async Task AnnounceAsync()
    {
        await _announcing.WaitAsync();
        try
        {
            _announced.Clear();
        }
        finally
        {
            _announcing.Release();
        }
        var description = new FleetDescription(
            board.Description.Name, RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(), SdkVersion.Current.ToString(),
            [.. board.Description.Peripherals.Select(peripheral => peripheral.Role)], machines.List(), options.Labels.Count == 0 ? null : options.Labels);
        await publisher.PublishAsync(FleetTopics.Description(board.Name), JsonSerializer.SerializeToUtf8Bytes(description, HostJson.Default.FleetDescription), retain: true);
        await AnnounceLoadAsync(_meter.Measure());
        await publisher.PublishAsync(FleetTopics.State(board.Name), "ready"u8.ToArray(), retain: true);
        await AnnounceVmsAsync();
    }

    /// <summary>Says what changes, until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(FollowVmsAsync(cancellation), FollowLoadAsync(cancellation));

    private async Task FollowVmsAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var happened in events.ListenAsync(withRecent: false, cancellation))
            {
                if (!happened.Kind.StartsWith("vm-", StringComparison.Ordinal)) continue;
                // What happens within a moment is said at once, and not while a guest stands still for its move.
                await Task.Delay(Moment, time, cancellation);
                await AnnounceVmsAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    private async Task FollowLoadAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LoadPeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                if (_meter.Measure() is var load && _meter.IsNews(load)) await AnnounceLoadAsync(load);
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    private async Task AnnounceLoadAsync(FleetLoad load)
    {
        await publisher.PublishAsync(FleetTopics.Load(board.Name), JsonSerializer.SerializeToUtf8Bytes(load, ControlJson.Default.FleetLoad), retain: true, TransportQos.AtMostOnce);
        _meter.Told(load);
    }

    // Each VM is a retained message; one that is here no longer is taken back by an empty one.
    private async Task AnnounceVmsAsync()
    {
        if (!publisher.Connection.IsConnected) return;
        await _announcing.WaitAsync();
        try
        {
            var here = table.All.ToDictionary(vm => vm.Name, StringComparer.Ordinal);
            foreach (var gone in _announced.Keys.Except(here.Keys).ToArray())
            {
                await publisher.PublishAsync(FleetTopics.Vm(board.Name, gone), default, retain: true);
                _announced.Remove(gone);
            }
            foreach (var vm in here.Values)
            {
                var notice = JsonSerializer.SerializeToUtf8Bytes(FleetVm.Of(vm), HostJson.Default.FleetVm);
                if (_announced.TryGetValue(vm.Name, out var before) && before.AsSpan().SequenceEqual(notice)) continue;
                await publisher.PublishAsync(FleetTopics.Vm(board.Name, vm.Name), notice, retain: true);
                _announced[vm.Name] = notice;
            }
        }
        finally
        {
            _announcing.Release();
        }
    }
}
