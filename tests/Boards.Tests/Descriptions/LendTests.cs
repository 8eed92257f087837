// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards.Tests.Descriptions;

/// <summary>What a board's file says of lending, and what a manifest says of borrowing.</summary>
public class LendTests
{
    [Theory]
    [InlineData("", "", "pocket", true, true)]
    [InlineData("", "", "pocket", false, false)]
    [InlineData("lend: nobody, ", "", "pocket", true, false)]
    [InlineData("lend: nobody, ", ", lend: trusted", "pocket", true, true)]
    [InlineData("lend: anyone, ", "", "pocket", false, true)]
    [InlineData("lend: anyone, ", ", lend: [third]", "pocket", true, false)]
    [InlineData("", ", lend: [third, pocket]", "pocket", false, true)]
    [InlineData("", ", lend: pocket", "pocket", true, true)]
    public void A_peripheral_is_lent_by_its_own_rule_or_by_the_boards(string board, string peripheral, string borrower, bool isTrusted, bool lent)
    {
        var description = Read(board, peripheral);
        Assert.Equal(lent, (description.Peripherals[0].Lend ?? description.Lend).WhyNot(borrower, isTrusted) is null);
        Assert.Empty(description.Peripherals[0].Options); // the driver does not see it
    }

    [Theory]
    [InlineData("lend: [trusted, pocket], ", "", "b.yaml:1:31: lend: 'trusted' stands alone")]
    [InlineData("", ", lend: The Pocket", "peripherals.a.lend: 'The Pocket' is neither trusted, nobody, anyone nor a board's name")]
    public void A_wrong_rule_is_told_with_its_place(string board, string peripheral, string error)
    {
        var errors = Assert.Throws<DescriptionException>(() => Read(board, peripheral)).Errors;
        Assert.Contains(error, string.Join('\n', errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_borrowed_mapping_is_written_as_it_was_read()
    {
        var vm = Bench.Manifest("vm", "i2c0: { to: [pocket/a, { role: pocket/b, address: 0x51 }], onLeaseEnd: hold }, gpio0/1: pocket/c");
        Assert.Equal(["pocket", "pocket"], vm.Map.Select(mapping => mapping.Board));
        Assert.Equal(["a", "b"], vm.Map[0].Targets.Select(target => target.Role));
        var again = DescriptionReader.ParseVirtualMachine(vm.ToYaml(), "again");
        Assert.Equal(vm.ToYaml(), again.ToYaml());
        Assert.Equal(("pocket", ReleaseAction.Hold), (again.Map[0].Board, again.Map[0].OnLeaseEnd));
        Assert.Equal("desk/c", again.Map[1].On("desk").Targets[0].Name);
    }

    private static BoardDescription Read(string board, string peripheral) =>
        DescriptionReader.ParseBoard($"{{ kind: Board, name: b, {board}peripherals: {{ a: {{ driver: x{peripheral} }} }} }}", "b.yaml");
}
