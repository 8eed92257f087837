// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>One row of <see cref="EncodingTable"/>: which bits say it, and where its operands are.</summary>
internal sealed class Encoding
{
    private const int MaximumImmediateFields = 8;

    // An array: an instantiation of List for a type of ours would have to be compiled before the first VM can start.
    private readonly EncodingField[] _immediate = new EncodingField[MaximumImmediateFields];
    private int _immediateCount;
    private EncodingField _rd;
    private EncodingField _rs1;
    private EncodingField _rs2;
    private EncodingField _rs3;
    private EncodingField _roundingMode;
    private EncodingField _notZeroRegister;
    private bool _hasNotZeroImmediate;
    private int _fixedRd;
    private int _fixedRs1;
    private bool _rs1IsRd;
    private bool _integerRd = true;
    private int _signBit = 31;

    /// <summary>Reads a row in the notation that <see cref="EncodingTable"/> describes.</summary>
    public Encoding(Op op, string assembly, string notation, Extensions needs, int xlen)
    {
        Op = op;
        Assembly = assembly;
        Needs = needs;
        Xlen = xlen;
        LengthBytes = (needs & Extensions.C) != 0 ? 2 : 4;
        var parts = notation.Split(';');
        var bit = ReadBits(parts[0]);
        if (bit != 0) throw new FormatException($"{assembly}: the encoding has {LengthBytes * 8 - bit} bits: {notation}");
        if (parts.Length > 1) ReadFixedOperands(parts[1]);
    }

    /// <summary>What the instruction does.</summary>
    public Op Op { get; }

    /// <summary>Its assembly syntax with the names of the operands.</summary>
    public string Assembly { get; }

    /// <summary>All of these extensions must be there.</summary>
    public Extensions Needs { get; }

    /// <summary>32 or 64 when it exists only there, else 0.</summary>
    public int Xlen { get; }

    /// <summary>2 or 4.</summary>
    public int LengthBytes { get; }

    /// <summary>Whether <see cref="Instruction.Rd"/> is a destination, and not rs2.</summary>
    public bool HasDestination { get; private set; }

    /// <summary>Whether it has a rounding mode field.</summary>
    public bool HasRoundingMode { get; private set; }

    /// <summary>The bits that are literal.</summary>
    public uint Mask { get; private set; }

    /// <summary>What they are.</summary>
    public uint Match { get; private set; }

    /// <summary>Whether a hart has it.</summary>
    public bool ExistsFor(Extensions extensions, int xlen) => (Needs & ~extensions) == 0 && (Xlen == 0 || Xlen == xlen);

    /// <summary>Whether bits that <see cref="Match"/> are this instruction: some fields must not be zero.</summary>
    public bool Allows(uint bits) =>
        (!_notZeroRegister.IsThere || _notZeroRegister.Extract(bits) != 0) && (!_hasNotZeroImmediate || ImmediateOf(bits) != 0);

    /// <summary>The operands of an instruction that is this one.</summary>
    public Instruction Decode(uint bits)
    {
        var rd = _rd.Extract(bits) | _fixedRd;
        var rs2 = _rs2.Extract(bits);
        return new Instruction
        {
            Handler = HandlerIndex.Of(Op, LengthBytes == 2 ? HandlerIndex.Compressed : 0),
            Rd = (byte)(HasDestination ? Destination(rd) : rs2),
            Rs1 = (byte)(_rs1IsRd ? rd : _rs1.Extract(bits) | _fixedRs1),
            Immediate = _immediateCount > 0 ? SignExtend(ImmediateOf(bits)) : rs2 | _rs3.Extract(bits) << 8 | _roundingMode.Extract(bits) << 16,
        };
    }

    private int Destination(int rd) => rd == 0 && _integerRd ? Instruction.Discard : rd;

    private int SignExtend(int immediate) => immediate << (31 - _signBit) >> (31 - _signBit);

    private int ImmediateOf(uint bits)
    {
        var value = 0;
        for (var i = 0; i < _immediateCount; i++) value |= _immediate[i].Extract(bits);
        return value;
    }

    // Returns the bits that are left: none, if the row is right.
    private int ReadBits(string notation)
    {
        var bit = LengthBytes * 8;
        var signBit = -1;
        foreach (var token in notation.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            bit = token[0] switch
            {
                '0' or '1' => ReadLiteral(token, bit),
                '-' => bit - token.Length,
                _ when token.Contains('[', StringComparison.Ordinal) => ReadImmediate(token, bit, ref signBit),
                _ => ReadOperand(token, bit),
            };
        }
        if (signBit >= 0) _signBit = signBit;
        // Jumps without a destination field discard their link; only stores and branches have none at all.
        HasDestination = !IsStoreOrBranch(Op);
        return bit;
    }

    private int ReadLiteral(string token, int bit)
    {
        foreach (var digit in token)
        {
            bit--;
            Mask |= 1u << bit;
            if (digit == '1') Match |= 1u << bit;
        }
        return bit;
    }

    // imm[12|10:5]: bits of the operand from high to low; uimm is not sign-extended; nz must not be zero as a whole.
    private int ReadImmediate(string token, int bit, ref int signBit)
    {
        var bracket = token.IndexOf('[', StringComparison.Ordinal);
        var name = token[..bracket];
        foreach (var range in token[(bracket + 1)..^1].Split('|'))
        {
            var ends = range.Split(':');
            var high = int.Parse(ends[0], System.Globalization.CultureInfo.InvariantCulture);
            var low = ends.Length == 1 ? high : int.Parse(ends[1], System.Globalization.CultureInfo.InvariantCulture);
            bit -= high - low + 1;
            _immediate[_immediateCount++] = new EncodingField(bit, high - low + 1, low, 0);
            if (!name.EndsWith("uimm", StringComparison.Ordinal)) signBit = Math.Max(signBit, high);
        }
        _hasNotZeroImmediate |= name.StartsWith("nz", StringComparison.Ordinal);
        return bit;
    }

    private int ReadOperand(string token, int bit)
    {
        var notZero = token.StartsWith("nz", StringComparison.Ordinal);
        var popular = token.EndsWith('\'');
        var name = token[(notZero ? 2 : 0)..(popular ? ^1 : ^0)];
        var width = popular || name == "rm" ? 3 : name == "csr" ? 12 : 5;
        bit -= width;
        var field = new EncodingField(bit, width, 0, popular ? 8 : 0);
        switch (name)
        {
            case "rd" or "fd": _rd = field; break;
            case "rs1" or "fs1" or "zimm": _rs1 = field; break;
            case "rs2" or "fs2": _rs2 = field; break;
            case "rs3" or "fs3": _rs3 = field; break;
            case "rm": _roundingMode = field; break;
            case "csr": _immediate[_immediateCount++] = field; break;
            default: throw new FormatException($"{Assembly}: unknown field '{token}'");
        }
        _integerRd &= name != "fd";
        HasRoundingMode |= name == "rm";
        if (notZero) _notZeroRegister = field;
        return bit;
    }

    private void ReadFixedOperands(string notation)
    {
        foreach (var token in notation.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (token)
            {
                case "rs1=rd": _rs1IsRd = true; break;
                case "rs1=sp": _fixedRs1 = 2; break;
                case "rd=sp": _fixedRd = 2; break;
                case "rd=ra": _fixedRd = 1; break;
                default: throw new FormatException($"{Assembly}: unknown operand '{token}'");
            }
        }
    }

    private static bool IsStoreOrBranch(Op op) => op is
        (>= Op.Beq and <= Op.Bgeu) or (>= Op.Sb and <= Op.Sd) or Op.Fsw or Op.Fsd or Op.SfenceVma;
}
