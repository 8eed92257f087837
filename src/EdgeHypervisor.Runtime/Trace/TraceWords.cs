// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Symbols and assembly of one VM's trace, remembered, since a guest comes by the same places again and again.</summary>
internal sealed class TraceWords(VirtualMachine vm)
{
    private const int Capacity = 65_536;
    private readonly SymbolTable _table = vm.Symbols;
    private readonly Dictionary<ulong, string> _symbols = [];
    private readonly Dictionary<(ulong Pc, uint Bits), string> _assembly = [];

    /// <summary>The value of an access in as many digits as it is wide.</summary>
    public static string Value(in TraceEvent access) => $"0x{access.Value.ToString($"x{2 * (int)access.Width}", null)}";

    /// <summary>The place by its function; empty where none is known.</summary>
    public string Symbol(ulong address) => Remember(_symbols, address, () => _table.Describe(address));

    /// <summary>An instruction in assembly language; empty where nobody knows it.</summary>
    public string Assembly(uint bits, ulong pc) => Remember(_assembly, (pc, bits), () => vm.Disassemble(bits, pc) ?? "");

    private static string Remember<TKey>(Dictionary<TKey, string> known, TKey key, Func<string> find)
        where TKey : notnull
    {
        if (known.TryGetValue(key, out var text)) return text;
        if (known.Count == Capacity) known.Clear();
        return known[key] = find();
    }
}
