// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>What a hart can do: register width, extensions and privilege modes, from an ISA string.</summary>
/// <param name="Xlen">Width of the integer registers: 32 or 64.</param>
/// <param name="Extensions">The extensions and modes.</param>
internal sealed record Isa(int Xlen, Extensions Extensions)
{
    private const string Letters = "imafdcsub"; // of misa

    /// <summary>Whether both are the same.</summary>
    public bool Equals(Isa? other) => other is not null && Xlen == other.Xlen && Extensions == other.Extensions;

    /// <inheritdoc/>
    public override int GetHashCode() => Xlen ^ (int)Extensions;

    /// <summary>Whether it has all of these.</summary>
    public bool Has(Extensions extensions) => (Extensions & extensions) == extensions;

    /// <summary>The misa register: MXL in the top two bits, then a bit for each letter. Privileged specification, 3.1.1.</summary>
    public ulong Misa
    {
        get
        {
            var misa = Xlen == 64 ? 2UL << 62 : 1UL << 30;
            foreach (var letter in Letters)
            {
                if (Has(OfLetter(letter))) misa |= 1UL << (letter - 'a');
            }
            return misa;
        }
    }

    /// <summary>
    /// Reads <c>rv64imac</c>, <c>rv32imafdc_zba_zbb</c>, <c>rv64gcsu_sstc</c>: letters, where <c>g</c> is <c>imafd</c>
    /// and <c>s</c>, <c>u</c> add the privilege modes, then names joined by underscores.
    /// </summary>
    /// <exception cref="FormatException">Not an ISA string, or one that this core does not have; says what is wrong.</exception>
    public static Isa Parse(string text)
    {
        var parts = text.ToLowerInvariant().Split('_');
        var xlen = parts[0] switch
        {
            var s when s.StartsWith("rv32", StringComparison.Ordinal) => 32,
            var s when s.StartsWith("rv64", StringComparison.Ordinal) => 64,
            _ => throw new FormatException($"'{text}' does not begin with rv32 or rv64"),
        };
        var extensions = Extensions.Zicntr; // part of I as it was before the counters had a name
        foreach (var letter in parts[0].AsSpan(4)) extensions |= OfLetter(letter);
        foreach (var name in parts.AsSpan(1)) extensions |= OfName(name);
        return Checked(new Isa(xlen, extensions));
    }

    private static Extensions OfLetter(char letter) => letter switch
    {
        'i' => Extensions.I,
        'm' => Extensions.M,
        'a' => Extensions.A,
        'f' => Extensions.F,
        'd' => Extensions.D,
        'g' => Extensions.I | Extensions.M | Extensions.A | Extensions.F | Extensions.D,
        'c' => Extensions.C,
        'b' => Extensions.Zba | Extensions.Zbb | Extensions.Zbs,
        's' => Extensions.S,
        'u' => Extensions.U,
        _ => throw new FormatException($"'{letter}' is not an extension that this core has"),
    };

    private static Extensions OfName(string name) => name switch
    {
        "zicsr" or "zifencei" => Extensions.I,
        "zicntr" => Extensions.Zicntr,
        "zihpm" => Extensions.Zihpm,
        "zicond" => Extensions.Zicond,
        "zba" => Extensions.Zba,
        "zbb" => Extensions.Zbb,
        "zbs" => Extensions.Zbs,
        "sstc" => Extensions.Sstc,
        _ => throw new FormatException(
            $"'{name}' is not an extension that this core has: zicsr, zifencei, zicntr, zihpm, zicond, zba, zbb, zbs, sstc"),
    };

    private static Isa Checked(Isa isa)
    {
        if (!isa.Has(Extensions.I)) throw new FormatException("the base 'i' is missing");
        if (isa.Has(Extensions.D) && !isa.Has(Extensions.F)) throw new FormatException("'d' needs 'f'");
        if (isa.Has(Extensions.S) && !isa.Has(Extensions.U)) throw new FormatException("'s' needs 'u'");
        if (isa.Has(Extensions.Sstc) && !isa.Has(Extensions.S)) throw new FormatException("'sstc' needs 's'");
        return isa;
    }
}
