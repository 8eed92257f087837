// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>The architecture that brought an encoding.</summary>
internal enum Level : byte
{
    V6,
    V7,
    Dsp,
    Float,
    Double,
    FloatV5,
}

/// <summary>
/// One row of the encoding table, in the manual's notation from bit 31 or 15 on: fixed bits, <c>x</c> for bits that do
/// not matter, and letters for fields, whose bits need not stand together. Blanks are for the reader.
/// </summary>
internal sealed class Encoding
{
    private readonly (char Name, uint Mask)[] _fields;
    private readonly Func<Fields, Instruction> _build;

    public Encoding(Level level, string pattern, Func<Fields, Instruction> build)
    {
        Level = level;
        Pattern = pattern.Replace(" ", "", StringComparison.Ordinal);
        if (Pattern.Length is not (16 or 32)) throw new ArgumentException($"'{pattern}' has {Pattern.Length} bits");
        _build = build;
        var masks = new Dictionary<char, uint>();
        for (var i = 0; i < Pattern.Length; i++)
        {
            var bit = 1u << (Pattern.Length - 1 - i);
            switch (Pattern[i])
            {
                case '0': Mask |= bit; break;
                case '1': (Mask, Match) = (Mask | bit, Match | bit); break;
                case 'x': break;
                default: masks[Pattern[i]] = masks.GetValueOrDefault(Pattern[i]) | bit; break;
            }
        }
        _fields = [.. masks.Select(m => (m.Key, m.Value))];
    }

    public Level Level { get; }

    /// <summary>The pattern without blanks; for tests that make instructions of it.</summary>
    public string Pattern { get; }

    public bool IsWide => Pattern.Length == 32;

    public uint Mask { get; }

    public uint Match { get; }

    public bool Matches(uint bits) => (bits & Mask) == Match;

    public Instruction Build(uint bits)
    {
        var instruction = _build(new Fields(bits, _fields));
        instruction.Step = (byte)(IsWide ? 2 : 1);
        return instruction;
    }

    /// <summary>The fields of an instruction by their letters.</summary>
    internal readonly struct Fields(uint bits, (char Name, uint Mask)[] fields)
    {
        /// <summary>The field's bits, put together from the left.</summary>
        public uint this[char name]
        {
            get
            {
                foreach (var (known, mask) in fields)
                {
                    if (known == name) return Gather(mask);
                }
                throw new ArgumentOutOfRangeException(nameof(name), name, "no such field");
            }
        }

        /// <summary>A register field.</summary>
        public byte Register(char name) => (byte)this[name];

        /// <summary>A field of one bit.</summary>
        public bool Bit(char name) => this[name] != 0;

        /// <summary>The instruction.</summary>
        public uint Bits => bits;

        private uint Gather(uint mask)
        {
            var value = 0u;
            for (var position = 0; mask != 0; position++, mask &= mask - 1)
                value |= (bits >> BitOperations.TrailingZeroCount(mask) & 1) << position;
            return value;
        }
    }
}
