// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>What a random program may use, said to both sides in their own words.</summary>
/// <param name="Name">Short, for a test's name and the corpus.</param>
/// <param name="Text">The ISA string of ours.</param>
/// <param name="QemuCpu">The same as <c>-cpu</c> of QEMU, every extension named, so that what its model has by default does not matter.</param>
internal sealed record ProgramIsa(string Name, string Text, string QemuCpu)
{
    private const string Common = "h=off,v=off,sstc=on,zba=on,zbb=on,zbs=on,zbc=off,svinval=off,svnapot=off,svpbmt=off,pmp=on,mmu=on";

    public static IReadOnlyList<ProgramIsa> All { get; } =
    [
        new("rv64gc", "rv64imafdcsu_zba_zbb_zbs_sstc", $"rv64,{Common}"),
        new("rv32gc", "rv32imafdcsu_zba_zbb_zbs_sstc", $"rv32,{Common}"),
        new("rv64g", "rv64imafdsu_zba_zbb_zbs_sstc", $"rv64,c=off,{Common}"),
        new("rv32g", "rv32imafdsu_zba_zbb_zbs_sstc", $"rv32,c=off,{Common}"),
    ];

    public Isa Isa { get; } = Isa.Parse(Text);

    public int Xlen => Isa.Xlen;

    public static ProgramIsa Named(string name) => All.Single(i => i.Name == name);

    public override string ToString() => Name;
}
