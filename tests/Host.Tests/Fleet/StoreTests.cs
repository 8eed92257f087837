// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Migration;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeHypervisor.Host.Tests.Fleet;

/// <summary>What a board keeps of what others send it, however much that is.</summary>
public sealed class StoreTests
{
    [Fact]
    public void Of_firmware_that_no_VM_has_the_oldest_goes_when_it_is_too_much()
    {
        using var rig = new ServiceRig();
        var images = new ImageStore(rig.Data) { UnusedBytes = 3000 };
        var digests = Enumerable.Range(0, 6).Select(i => Encoding.UTF8.GetBytes(new string((char)('a' + i), 1000))).Select((content, i) =>
        {
            var digest = images.Store(content);
            File.SetLastWriteTimeUtc(images.Find(digest)!, DateTime.UnixEpoch.AddDays(i));
            if (i == 0) images.InUse = () => [digest];
            return digest;
        }).ToArray();
        Assert.Equal([true, false, true, true, true, true], digests.Select(digest => images.Find(digest) is not null));
    }

    [Fact]
    public async Task What_a_board_says_of_its_VMs_is_kept_up_to_a_limit()
    {
        var directory = new FleetDirectory(NullLogger.Instance);
        await using var connection = new FakeConnection();
        await directory.ListenAsync(connection, CancellationToken.None);
        for (var i = 0; i < 200; i++) await SayAsync($"vm-{i}", new string('x', 7000));
        Assert.InRange(directory.Find("loud")!.Vms.Count, 60, 80);
        await SayAsync("vm-0", "idle"); // what is known may change
        Assert.Equal("idle", directory.Find("loud")!.Vms["vm-0"].State);
        await SayAsync("vm-new", new string('x', 9000));
        Assert.DoesNotContain("vm-new", directory.Find("loud")!.Vms.Keys);
        await connection.DeliverAsync(new TransportMessage { Topic = FleetTopics.State("loud"), Payload = new byte[1000] });
        Assert.Equal("unknown", directory.Find("loud")!.State);

        Task SayAsync(string vm, string state) =>
            connection.DeliverAsync(new TransportMessage { Topic = FleetTopics.Vm("loud", vm), Payload = Encoding.UTF8.GetBytes($$"""{"state":"{{state}}","machine":"m","epoch":1}""") });
    }
}
