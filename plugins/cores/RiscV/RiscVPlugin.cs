// SPDX-License-Identifier: Apache-2.0
[assembly: EdgePlugin<EdgeHypervisor.Cores.RiscV.RiscVPlugin>("core.riscv")]

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Makes RISC-V harts. Harts of one ISA share its decoder, harts of one width the handler tables.</summary>
/// <remarks>
/// Options: <c>isa</c>, such as <c>rv64imac</c> (see <see cref="Isa.Parse"/>); <c>timebaseHz</c>, the rate of the time
/// register, which must be that of the machine's mtime; <c>engine</c>, <c>translator</c> (hot code becomes machine
/// code; the default), <c>interpreter</c> or <c>eager-translator</c>; <c>semihosting</c>, whether the program may ask its host (off).
/// </remarks>
public sealed class RiscVPlugin : ICorePlugin
{
    private const string EverythingIsa = "rv64gcsu_zicntr_zihpm_zicond_zba_zbb_zbs_sstc";
    private const long DefaultTimebaseHz = 10_000_000;
    private readonly Lock _lock = new();
    private Decoder[] _decoders = []; // few: one for each ISA
    private readonly HandlerTables _tables = new();

    /// <inheritdoc/>
    public ICore Create(ICoreContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var isa = ReadIsa(context.Options);
        var timebaseHz = context.Options.GetInteger("timebaseHz", DefaultTimebaseHz, minimum: 1, maximum: 1_000_000_000);
        // Over an enumeration of ours GetChoice is compiled when it is called.
        var engine = context.Options.Find("engine") is null ? Engine.Translator : context.Options.GetChoice<Engine>("engine");
        var hasSemihosting = context.Options.GetBoolean("semihosting", false);
        context.Options.RefuseUnknown();
        return new RiscVCore(context, DecoderFor(isa), _tables, timebaseHz, engine, hasSemihosting);
    }

    private static Isa ReadIsa(ComponentOptions options)
    {
        try
        {
            return Isa.Parse(options.GetString("isa", EverythingIsa));
        }
        catch (FormatException e)
        {
            throw new OptionException(options.Owner, "isa", e.Message);
        }
    }

    private Decoder DecoderFor(Isa isa)
    {
        lock (_lock)
        {
            foreach (var known in _decoders)
            {
                if (known.Isa.Equals(isa)) return known;
            }
            var decoder = new Decoder(isa);
            Array.Resize(ref _decoders, _decoders.Length + 1);
            _decoders[^1] = decoder;
            return decoder;
        }
    }
}
