// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Traps in the words of the privileged specification, table "mcause values after trap".</summary>
internal static class TrapNames
{
    private static readonly string[] Exceptions =
    [
        "instruction address misaligned", "instruction access fault", "illegal instruction", "breakpoint", "load address misaligned", "load access fault",
        "store/AMO address misaligned", "store/AMO access fault", "environment call from U", "environment call from S", "reserved", "environment call from M",
        "instruction page fault", "load page fault", "reserved", "store/AMO page fault",
    ];

    private static readonly string[] Interrupts =
    [
        "reserved", "supervisor software", "reserved", "machine software", "reserved", "supervisor timer", "reserved", "machine timer",
        "reserved", "supervisor external", "reserved", "machine external",
    ];

    public static string Of(bool isInterrupt, ulong code)
    {
        var names = isInterrupt ? Interrupts : Exceptions;
        return code < (ulong)names.Length ? names[code] : "reserved";
    }

    public static string Of(Privilege privilege) => privilege switch
    {
        Privilege.Machine => "to M",
        Privilege.Supervisor => "to S",
        _ => "to U",
    };
}
