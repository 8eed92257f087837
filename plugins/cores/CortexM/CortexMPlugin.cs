// SPDX-License-Identifier: Apache-2.0
[assembly: EdgePlugin<EdgeHypervisor.Cores.CortexM.CortexMPlugin>("core.arm.cortex-m")]

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Makes Cortex-M processors. Those of one kind share a decoder; all share the handler tables.</summary>
/// <remarks>The options are listed in this folder's README.</remarks>
public sealed class CortexMPlugin : ICorePlugin
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(bool IsV7, bool HasDsp, FpuKind Fpu, bool IsFpV5), Decoder> _decoders = [];
    private readonly HandlerTables _tables = new();

    /// <inheritdoc/>
    public ICore Create(ICoreContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var options = context.Options;
        var profile = ReadProfile(options);
        var engine = options.GetChoice<Engine>("engine", Engine.Translator);
        options.RefuseUnknown();
        return new CortexMCore(context, profile, DecoderFor(profile), _tables, engine);
    }

    private static Profile ReadProfile(ComponentOptions options)
    {
        var model = options.GetChoice<CpuModel>("cpu", CpuModel.CortexM3);
        var isV7 = model >= CpuModel.CortexM3;
        var fpu = options.GetChoice<FpuKind>("fpu", FpuKind.None);
        if (fpu != FpuKind.None && model < CpuModel.CortexM4) throw new OptionException(options.Owner, "fpu", $"{options.Find("cpu")} has none");
        if (fpu == FpuKind.Dp && model != CpuModel.CortexM7) throw new OptionException(options.Owner, "fpu", $"{options.Find("cpu")} has single precision at most: 'sp'");
        var mpuRegions = (int)options.GetInteger("mpuRegions", 0, maximum: 16);
        if (mpuRegions is not (0 or 8 or 16)) throw new OptionException(options.Owner, "mpuRegions", $"'{mpuRegions}' is not 0, 8 or 16");
        var vectors = options.GetInteger("vectors", 0, maximum: uint.MaxValue);
        if ((vectors & 0x7F) != 0) throw new OptionException(options.Owner, "vectors", "is not a multiple of 128");
        return new Profile
        {
            Model = model,
            Fpu = fpu,
            Irqs = (int)options.GetInteger("irqs", 32, minimum: 1, maximum: isV7 ? Profile.MaximumIrqs : 32),
            PriorityBits = (int)options.GetInteger("priorityBits", isV7 ? 3 : 2, minimum: isV7 ? 3 : 2, maximum: isV7 ? 8 : 2),
            MpuRegions = mpuRegions,
            ClockHz = (uint)options.GetInteger("clockHz", 16_000_000, minimum: 1, maximum: 1_000_000_000),
            SysTickReferenceHz = (uint)options.GetInteger("sysTickReferenceHz", 0, maximum: 1_000_000_000),
            Vectors = (uint)vectors,
            Semihosting = options.GetBoolean("semihosting", false),
            BitBand = options.GetBoolean("bitBand", model is CpuModel.CortexM3 or CpuModel.CortexM4),
        };
    }

    private Decoder DecoderFor(Profile profile)
    {
        lock (_lock)
        {
            var key = (profile.IsV7, profile.HasDsp, profile.Fpu, profile.Model == CpuModel.CortexM7);
            if (!_decoders.TryGetValue(key, out var decoder)) _decoders[key] = decoder = new Decoder(profile.IsV7, profile.HasDsp, profile.Fpu, profile.Model == CpuModel.CortexM7);
            return decoder;
        }
    }
}
