// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host.Tests.Fleet;

/// <summary>What a board says of its load.</summary>
public sealed class LoadMeterTests
{
    [Fact]
    public async Task It_is_asked_by_several_at_once_while_VMs_come_and_go()
    {
        using var rig = new ServiceRig();
        var meter = new LoadMeter(rig.Table, rig.Options, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => ComeAndGo($"vm-{i}"))));
        Assert.Empty(meter.Measure().Vms);

        void ComeAndGo(string name)
        {
            var definition = ServiceRig.Define(name, 16, ImageStore.DigestOf(new byte[5000]));
            using var vm = rig.Service.Host(new VmRecord(VmRecord.CurrentVersion, name, name, definition.Image, VmWanted.Stopped), definition, null);
            for (var i = 0; i < 2000; i++)
            {
                Assert.True(rig.Table.TryAdd(vm));
                Assert.Contains(name, meter.Measure().Vms.Keys);
                rig.Table.Remove(vm);
                meter.Measure();
            }
        }
    }
}
