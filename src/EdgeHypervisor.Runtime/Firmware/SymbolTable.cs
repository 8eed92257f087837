// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Finds the function that an address lies in.</summary>
public sealed class SymbolTable
{
    private readonly FirmwareSymbol[] _code; // by address, the best of each

    private SymbolTable(IEnumerable<FirmwareSymbol> symbols) =>
        _code = [.. symbols.GroupBy(symbol => symbol.Address).Select(same => same.MaxBy(symbol => (symbol.LengthBytes, symbol.Name.Length < 64))).OrderBy(symbol => symbol.Address)];

    /// <summary>Without any symbol.</summary>
    public static SymbolTable Empty { get; } = new([]);

    /// <summary>How many functions and labels it knows.</summary>
    public int Count => _code.Length;

    /// <summary>The code symbols of a firmware; none where the file has none, or damaged ones.</summary>
    public static SymbolTable Of(FirmwareImage? firmware)
    {
        try
        {
            return firmware is null ? Empty : new SymbolTable(firmware.ReadSymbols().Where(symbol => symbol.IsCode));
        }
        catch (FirmwareException)
        {
            return Empty; // it runs all the same
        }
    }

    /// <summary>The function around an address, or the label before it, where nothing says that it has ended.</summary>
    public FirmwareSymbol? Find(ulong address) => IndexBefore(address) is >= 0 and var index && IsIn(_code[index], address) ? _code[index] : null;

    /// <summary>The same, and for code without a symbol what is known of it: between which functions it lies, or its page.</summary>
    public CodePlace Locate(ulong address)
    {
        var index = IndexBefore(address);
        if (index >= 0 && IsIn(_code[index], address)) return new CodePlace(_code[index].Name, _code[index].Address);
        if (index >= 0 && index + 1 < _code.Length)
        {
            var (start, end) = (_code[index].Address + _code[index].LengthBytes, _code[index + 1].Address);
            if (end - start <= LongestGapBytes) return new CodePlace($"(between {_code[index].Name} and {_code[index + 1].Name})", start);
        }
        return new CodePlace("(page)", address & ~(ulong)(RamRegion.PageBytes - 1));
    }

    // Local functions that the linker was told to forget; what is longer is no neighbourhood.
    private const ulong LongestGapBytes = 64 * 1024;

    private static bool IsIn(in FirmwareSymbol symbol, ulong address) => symbol.LengthBytes == 0 || address - symbol.Address < symbol.LengthBytes;

    private int IndexBefore(ulong address)
    {
        int low = 0, high = _code.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_code[middle].Address <= address) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    /// <summary>A function by its name.</summary>
    public FirmwareSymbol? FindByName(string name)
    {
        var index = Array.FindIndex(_code, symbol => symbol.Name == name);
        return index < 0 ? null : _code[index];
    }

    /// <summary><c>main+0x1c</c>; empty where nothing is known.</summary>
    public string Describe(ulong address) => Find(address) switch
    {
        { } symbol when symbol.Address == address => symbol.Name,
        { } symbol => $"{symbol.Name}+0x{address - symbol.Address:x}",
        null => "",
    };
}
