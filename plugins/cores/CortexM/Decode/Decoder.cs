// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>From instruction bits to decoded instructions, for processors of one kind. Immutable, for any thread.</summary>
internal sealed class Decoder
{
    private const int WideKeys = 1 << 9;
    private readonly Encoding?[] _narrow = new Encoding?[1 << 16];
    private readonly Encoding[][] _wide = new Encoding[WideKeys][];
    private readonly FpuKind _fpu;

    public Decoder(bool isV7, bool hasDsp, FpuKind fpu, bool isFpV5)
    {
        _fpu = fpu;
        Encodings =
        [
            .. EncodingTable.All.Where(e => e.Level switch
            {
                Level.V6 => true,
                Level.V7 => isV7,
                Level.Dsp => hasDsp,
                Level.Float => fpu != FpuKind.None,
                Level.FloatV5 => fpu != FpuKind.None && isFpV5,
                _ => fpu == FpuKind.Dp,
            }),
        ];
        var narrow = Encodings.Where(e => !e.IsWide).ToArray();
        for (var bits = 0; bits < _narrow.Length; bits++) _narrow[bits] = Array.Find(narrow, e => e.Matches((uint)bits));
        for (var key = 0; key < WideKeys; key++)
        {
            var bits = 0xE000_0000u | (uint)key << 20;
            _wide[key] = [.. Encodings.Where(e => e.IsWide && ((bits ^ e.Match) & e.Mask & 0x1FF0_0000) == 0)];
        }
    }

    /// <summary>The encodings that these processors have; the first that matches counts.</summary>
    public IReadOnlyList<Encoding> Encodings { get; }

    /// <summary>Whether a halfword is an instruction by itself. Arm A5.1.</summary>
    public static bool IsNarrow(uint half) => half < 0xE800;

    /// <summary>Decodes; <paramref name="bits"/> is a halfword, or two with the first one in the upper half.</summary>
    public Instruction Decode(uint bits, bool isNarrow)
    {
        if (isNarrow) return _narrow[bits]?.Build(bits) ?? Build.Undefined() with { Step = 1 };
        foreach (var encoding in _wide[bits >> 20 & (WideKeys - 1)])
        {
            if (encoding.Matches(bits)) return encoding.Build(bits);
        }
        // A coprocessor that is not there is a fault of its own: Arm A5.3.18, B1.5.
        var isCoprocessor = (bits & 0xEC00_0000) == 0xEC00_0000;
        var isFloat = (bits & 0xE00) == 0xA00;
        return Build.Of(isCoprocessor && !(isFloat && _fpu != FpuKind.None) ? Op.NoCoprocessor : Op.Undefined, imm: bits >> 8 & 0xF) with { Step = 2 };
    }
}
