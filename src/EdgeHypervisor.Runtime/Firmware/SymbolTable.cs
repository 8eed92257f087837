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
    public FirmwareSymbol? Find(ulong address)
    {
        int low = 0, high = _code.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_code[middle].Address <= address) low = middle + 1;
            else high = middle;
        }
        return low > 0 && (_code[low - 1].LengthBytes == 0 || address - _code[low - 1].Address < _code[low - 1].LengthBytes) ? _code[low - 1] : null;
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
