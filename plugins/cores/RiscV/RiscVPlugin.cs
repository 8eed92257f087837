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
    private readonly Dictionary<Isa, Decoder> _decoders = [];
    private readonly HandlerTables _tables = new();

    /// <inheritdoc/>
    public ICore Create(ICoreContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var isa = ReadIsa(context.Options);
        var timebaseHz = context.Options.GetInteger("timebaseHz", DefaultTimebaseHz, minimum: 1, maximum: 1_000_000_000);
        var engine = context.Options.GetChoice<Engine>("engine", Engine.Translator);
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
            if (!_decoders.TryGetValue(isa, out var decoder)) _decoders[isa] = decoder = new Decoder(isa);
            return decoder;
        }
    }
}
