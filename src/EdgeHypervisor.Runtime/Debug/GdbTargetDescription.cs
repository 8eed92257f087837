// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace EdgeHypervisor.Runtime;

/// <summary>Tells the debugger which registers a core has: the target description, grouped into the features that GDB knows.</summary>
/// <remarks>GDB manual, appendix G, "Target Description Format" and "Standard Target Features".</remarks>
internal static class GdbTargetDescription
{
    private static readonly (string Architecture, string Group, string Feature)[] Features =
    [
        ("riscv", "general", "org.gnu.gdb.riscv.cpu"),
        ("riscv", "float", "org.gnu.gdb.riscv.fpu"),
        ("riscv", "csr", "org.gnu.gdb.riscv.csr"),
        ("riscv", "virtual", "org.gnu.gdb.riscv.virtual"),
        ("arm", "general", "org.gnu.gdb.arm.m-profile"),
        ("arm", "float", "org.gnu.gdb.arm.vfp"),
        ("arm", "system", "org.gnu.gdb.arm.m-system"),
    ];

    /// <summary>The description as XML.</summary>
    public static string Write(IDebuggableCore core)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target version=\"1.0\">");
        xml.Append(CultureInfo.InvariantCulture, $"<architecture>{core.Architecture}</architecture>");
        var number = 0;
        foreach (var group in Runs(core.Registers))
        {
            xml.Append(CultureInfo.InvariantCulture, $"<feature name=\"{FeatureOf(core.Architecture, group[0].Group)}\">");
            foreach (var register in group) AppendRegister(xml, register, number++);
            xml.Append("</feature>");
        }
        return xml.Append("</target>").ToString();
    }

    private static void AppendRegister(StringBuilder xml, RegisterInfo register, int number)
    {
        var type = (register.Group, register.Bits, register.Name) switch
        {
            ("float", 64, _) => "ieee_double",
            ("float", 32, _) => "ieee_single",
            (_, _, "pc") => "code_ptr",
            (_, _, "sp") => "data_ptr",
            _ => "int",
        };
        xml.Append(CultureInfo.InvariantCulture, $"<reg name=\"{register.Name}\" bitsize=\"{register.Bits}\" regnum=\"{number}\" type=\"{type}\" group=\"{register.Group}\"/>");
    }

    private static string FeatureOf(string architecture, string group)
    {
        foreach (var (prefix, name, feature) in Features)
        {
            if (architecture.StartsWith(prefix, StringComparison.Ordinal) && group == name) return feature;
        }
        return $"org.edgehypervisor.{group}";
    }

    private static IEnumerable<List<RegisterInfo>> Runs(IReadOnlyList<RegisterInfo> registers)
    {
        var run = new List<RegisterInfo>();
        foreach (var register in registers)
        {
            if (run.Count > 0 && run[0].Group != register.Group)
            {
                yield return run;
                run = [];
            }
            run.Add(register);
        }
        if (run.Count > 0) yield return run;
    }
}
