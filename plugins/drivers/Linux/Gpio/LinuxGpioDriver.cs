// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Opens lines.</summary>
internal sealed class LinuxGpioDriver(IDriverContext context, IKernel kernel) : LinuxDriver<LinuxGpioSettings>(context, kernel), IGpioGroups
{
    private const int HighestOffset = 4095;
    private const int LongestDebounceUs = 10_000_000;

    public override PeripheralKind Kind => PeripheralKind.Gpio;

    protected override LinuxGpioSettings Read(ComponentOptions options)
    {
        var line = options.GetString("line");
        var isOffset = Quantity.TryParseInteger(line, out _);
        return new LinuxGpioSettings(
            options.Owner,
            isOffset ? options.GetString("chip") : options.Find("chip"),
            line,
            isOffset ? (int)options.GetInteger("line", null, 0, HighestOffset) : null,
            options.GetBoolean("activeLow", false),
            options.GetChoice<GpioBias>("bias", GpioBias.AsIs),
            (uint)options.GetInteger("debounceUs", 0, 0, LongestDebounceUs));
    }

    protected override string? ContentionKey(LinuxGpioSettings settings) => null;

    protected override string? Look(LinuxGpioSettings settings, LinuxHost host)
    {
        var (chip, offset) = GpioChips.Find(host, settings);
        using (chip)
        {
            // One with our own name was kept for us over a restart, and will be taken up.
            var isOthers = chip.Describe(offset) is { } info && (info.Flags & GpioUapi.Flags.Used) != 0 && GpioChip.TextOf(info.Consumer) != GpioChip.Shortened(settings.Consumer);
            return isOthers ? $"{settings.Owner}: line {offset} of {chip}: {HeldLines.UsersOf(chip, [offset])}" : null;
        }
    }

    public IGpioGroup OpenGroup(IReadOnlyList<ComponentOptions> lines)
    {
        if (lines.Count is 0 or > GpioUapi.MostLines) throw new PeripheralException($"a group has 1 to {GpioUapi.MostLines} lines, not {lines.Count}");
        LinuxHost? host = null;
        var settings = lines.Select(line => ReadAll(line, out host)).ToList();
        return new LinuxGpioGroup(Hold(host!, settings), settings);
    }

    protected override IPeripheral Open(LinuxGpioSettings settings, LinuxHost host) => new LinuxGpioLine(Hold(host, [settings]), 0, settings);

    private HeldLines Hold(LinuxHost host, List<LinuxGpioSettings> lines)
    {
        var (chip, first) = GpioChips.Find(host, lines[0]);
        using (chip)
        {
            var offsets = new List<int> { first };
            foreach (var line in lines.Skip(1))
            {
                var (other, offset) = GpioChips.Find(host, line);
                using (other)
                {
                    if (other.Path != chip.Path) throw new PeripheralException($"{line.Owner}: it is on {other}, and {lines[0].Owner} on {chip}: they cannot be one group");
                }
                offsets.Add(offset);
            }
            return HeldLines.Adopt(host, chip, [.. offsets], lines[0].Consumer, Context)
                ?? HeldLines.Request(host, chip, [.. offsets], lines[0].Owner, lines[0].Consumer, Context);
        }
    }
}
