// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>One row of <see cref="EncodingTable"/>: which bits say it, and where its operands are.</summary>
internal sealed class Encoding
{
    private const int MaximumFields = 12;
    private const int OperandCount = 6;

    // Arrays: an instantiation of List for a type of ours would have to be compiled before the first VM can start.
    private readonly EncodingField[] _fields = new EncodingField[MaximumFields];
    private int _fieldCount;
    private Operand _notZero = Operand.None;
    private int _fixedRd;
    private int _fixedRs1;
    private bool _rs1IsRd;
    private bool _hasImmediate;
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

    /// <summary>Whether these bits are this instruction.</summary>
    public bool Fits(uint bits)
    {
        if ((bits & Mask) != Match) return false;
        return _notZero == Operand.None || Collect(_notZero, bits) != 0;
    }

    /// <summary>The operands of an instruction that <see cref="Fits"/>.</summary>
    public Instruction Decode(uint bits)
    {
        Span<int> operands = stackalloc int[OperandCount];
        foreach (var field in Fields) operands[(int)field.Operand] |= field.Extract(bits);
        var rd = operands[(int)Operand.Rd] | _fixedRd;
        var rs1 = _rs1IsRd ? rd : operands[(int)Operand.Rs1] | _fixedRs1;
        return new Instruction
        {
            Handler = HandlerIndex.Of(Op, LengthBytes == 2 ? HandlerIndex.Compressed : 0),
            Rd = (byte)(HasDestination ? Destination(rd) : operands[(int)Operand.Rs2]),
            Rs1 = (byte)rs1,
            Immediate = _hasImmediate
                ? SignExtend(operands[(int)Operand.Immediate])
                : operands[(int)Operand.Rs2] | operands[(int)Operand.Rs3] << 8 | operands[(int)Operand.RoundingMode] << 16,
        };
    }

    private ReadOnlySpan<EncodingField> Fields => _fields.AsSpan(0, _fieldCount);

    private int Destination(int rd) => rd == 0 && _integerRd ? Instruction.Discard : rd;

    private int SignExtend(int immediate) => immediate << (31 - _signBit) >> (31 - _signBit);

    private int Collect(Operand operand, uint bits)
    {
        var value = 0;
        foreach (var field in Fields)
        {
            if (field.Operand == operand) value |= field.Extract(bits);
        }
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
            _fields[_fieldCount++] = new EncodingField(Operand.Immediate, bit, high - low + 1, low, 0);
            if (!name.EndsWith("uimm", StringComparison.Ordinal)) signBit = Math.Max(signBit, high);
        }
        if (name.StartsWith("nz", StringComparison.Ordinal)) _notZero = Operand.Immediate;
        _hasImmediate = true;
        return bit;
    }

    private int ReadOperand(string token, int bit)
    {
        var notZero = token.StartsWith("nz", StringComparison.Ordinal);
        var popular = token.EndsWith('\'');
        var name = token[(notZero ? 2 : 0)..(popular ? ^1 : ^0)];
        var (operand, width) = name switch
        {
            "rd" => (Operand.Rd, 5),
            "fd" => (Operand.Rd, 5),
            "rs1" or "fs1" or "zimm" => (Operand.Rs1, 5),
            "rs2" or "fs2" => (Operand.Rs2, 5),
            "rs3" or "fs3" => (Operand.Rs3, 5),
            "rm" => (Operand.RoundingMode, 3),
            "csr" => (Operand.Immediate, 12),
            _ => throw new FormatException($"{Assembly}: unknown field '{token}'"),
        };
        if (popular) width = 3;
        bit -= width;
        _fields[_fieldCount++] = new EncodingField(operand, bit, width, 0, popular ? 8 : 0);
        _integerRd &= name != "fd";
        _hasImmediate |= operand == Operand.Immediate;
        HasRoundingMode |= operand == Operand.RoundingMode;
        if (notZero) _notZero = operand;
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
