// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Host.Tests.Fleet;

namespace EdgeHypervisor.Host.Tests.Vms;

/// <summary>Saving the VMs of a board, some of which do not let themselves be saved.</summary>
public sealed class SavingTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task One_that_does_not_stand_still_keeps_no_other_from_being_saved()
    {
        using var rig = new ServiceRig();
        var vms = new[] { "a", "b", "c" }.Select(rig.Host).ToArray();
        var others = new CountdownEvent(2);
        await VmService.SaveEachAsync(vms, (vm, _) => Save(vm), CancellationToken.None).WaitAsync(Hang);

        async Task Save(HostedVm vm)
        {
            if (vm.Name == "a") others.Wait(); // and so would keep its caller's thread
            else others.Signal();
            if (vm.Name == "b") throw new IOException("the disk is full");
            await Task.Yield();
        }
    }
}
