// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>Makes checked options of settings; finds every error at once.</summary>
internal sealed class OptionsValidator
{
    private const string DefaultData = "/var/lib/edge-hypervisor";
    private const int MostWorkers = 256;
    private const long UsualKnownPagesBytes = 128 << 20;
    private static readonly TimeSpan ShortestCheckpoint = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private readonly IReadOnlyDictionary<string, Setting> _settings;
    private readonly List<string> _errors = [];

    private OptionsValidator(IReadOnlyDictionary<string, Setting> settings) => _settings = settings;

    /// <exception cref="ConfigurationException">Something is missing or does not fit.</exception>
    public static DaemonOptions Validate(IReadOnlyDictionary<string, Setting> settings)
    {
        var validator = new OptionsValidator(settings);
        var options = validator.Read();
        return validator._errors.Count == 0 ? options : throw new ConfigurationException(validator._errors);
    }

    private DaemonOptions Read() => new()
    {
        BoardFile = BoardFile(),
        Name = Name(),
        DataFolder = Path.GetFullPath(Text(SettingNames.Data) ?? Environment.GetEnvironmentVariable("STATE_DIRECTORY") ?? DefaultData),
        SocketPath = SocketPath(),
        PluginFolders = Folders(SettingNames.Plugins, Installation.PluginFolders),
        MachineFolders = Folders(SettingNames.Machines, Installation.MachineFolders),
        Checkpoint = Checkpoint(),
        Workers = (int)Integer(SettingNames.Workers, Environment.ProcessorCount, 1, MostWorkers),
        LogLevel = Log(),
        GuestMemoryBytes = GuestMemory(),
        OperatorsFile = Operators(),
        Labels = Labels(),
        Moves = Moves(),
        MovePatience = Wait(SettingNames.MovePatience, DaemonOptions.UsualMoving.Patience),
        MoveFrozenPatience = Wait(SettingNames.MoveFrozenPatience, DaemonOptions.UsualMoving.FrozenPatience),
        KnownPagesBytes = KnownPages(),
        Lending = DaemonOptions.UsualLending with
        {
            Lease = Wait(SettingNames.LendingLease, DaemonOptions.UsualLending.Lease),
            LossAfter = Wait(SettingNames.LendingLossAfter, DaemonOptions.UsualLending.LossAfter),
            Patience = Wait(SettingNames.LendingPatience, DaemonOptions.UsualLending.Patience),
            AnswerPatience = Wait(SettingNames.LendingAnswerPatience, DaemonOptions.UsualLending.AnswerPatience),
        },
        Transport = Transport(),
    };

    private string BoardFile()
    {
        if (Text(SettingNames.Board) is not { } file)
        {
            _errors.Add($"{SettingNames.Board}: missing; name the board's description with --board FILE or 'board: FILE' in the configuration file");
            return "";
        }
        if (!File.Exists(file)) Wrong(SettingNames.Board, $"there is no file '{file}'");
        return Path.GetFullPath(file);
    }

    private string? Name()
    {
        var name = Text(SettingNames.Name);
        if (name is not null && !NameRule.IsName(name)) Wrong(SettingNames.Name, $"'{name}' is not a name; allowed are {NameRule.InWords}");
        return name;
    }

    private string SocketPath()
    {
        var path = Path.GetFullPath(Text(SettingNames.Socket) ?? ControlSocket.SystemPath);
        if (System.Text.Encoding.UTF8.GetByteCount(path) > ControlSocket.MaximumPathBytes)
            Wrong(SettingNames.Socket, $"'{path}' is longer than the {ControlSocket.MaximumPathBytes} bytes that Linux allows for a socket");
        return path;
    }

    private IReadOnlyList<string> Folders(string name, IReadOnlyList<string> installed)
    {
        if (!_settings.TryGetValue(name, out var setting)) return installed;
        foreach (var folder in setting.Values)
        {
            if (!Directory.Exists(folder)) Wrong(name, $"there is no folder '{folder}'");
        }
        return Installation.With(setting.Values, installed);
    }

    private TimeSpan? Checkpoint()
    {
        if (Text(SettingNames.Checkpoint) is not { } text || text == "off") return null;
        if (DurationText.TryParse(text, out var period) && period >= ShortestCheckpoint) return period;
        Wrong(SettingNames.Checkpoint, $"'{text}' is not a time of at least 1s, such as 30s or 5m, nor off");
        return null;
    }

    private LogLevel Log()
    {
        switch (Text(SettingNames.Log))
        {
            case null or "info": return LogLevel.Information;
            case "debug": return LogLevel.Debug;
            case "warning": return LogLevel.Warning;
            case "error": return LogLevel.Error;
            case var text: Wrong(SettingNames.Log, $"'{text}' is not one of debug, info, warning, error"); return LogLevel.Information;
        }
    }

    private long GuestMemory()
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3; // the rest is for what runs them
        if (Text(SettingNames.GuestMemory) is not { } text) return available;
        if (Quantity.TryParseBytes(text, out var bytes) && bytes > 0) return bytes;
        Wrong(SettingNames.GuestMemory, $"'{text}' is not a size such as 512Mi");
        return available;
    }

    private string? Operators()
    {
        if (Text(SettingNames.Operators) is not { } file) return null;
        if (!File.Exists(file)) Wrong(SettingNames.Operators, $"there is no file '{file}'");
        return Path.GetFullPath(file);
    }

    private Dictionary<string, string> Labels()
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, setting) in _settings.Where(setting => setting.Key.StartsWith(SettingNames.LabelsPrefix, StringComparison.Ordinal)))
        {
            var label = name[SettingNames.LabelsPrefix.Length..];
            if (!LabelSelector.IsLabel(label, setting.Value)) Wrong(name, $"'{label}: {setting.Value}' is not a label; a name and a value are of a-z 0-9 - _ . and begin with a letter or digit");
            labels[label] = setting.Value;
        }
        return labels;
    }

    private MoveOptions Moves()
    {
        var usual = new MoveOptions();
        return usual with
        {
            MaximumRounds = (int)Integer(SettingNames.MoveRounds, usual.MaximumRounds, 0, MoveTuning.MostRounds),
            DowntimeTarget = Duration(SettingNames.MoveDowntime, usual.DowntimeTarget, TimeSpan.FromMilliseconds(MoveTuning.MostDowntimeMs)),
            MaximumCopyTime = Duration(SettingNames.MoveCopyTime, usual.MaximumCopyTime, TimeSpan.FromSeconds(MoveTuning.MostCopySeconds)),
            MaximumThrottlePercent = (int)Integer(SettingNames.MoveThrottle, usual.MaximumThrottlePercent, 0, MoveTuning.MostThrottlePercent),
            BytesPerSecond = Bandwidth(),
        };
    }

    private long Bandwidth()
    {
        if (Text(SettingNames.MoveBandwidth) is not { } text) return 0;
        if (Quantity.TryParseBytes(text, out var bytes) && bytes is >= 0 and <= MoveTuning.MostBytesPerSecond) return bytes;
        Wrong(SettingNames.MoveBandwidth, $"'{text}' is not a number of bytes a second such as 1Mi, at most 1Ti; 0 for as fast as it goes");
        return 0;
    }

    private long KnownPages()
    {
        if (Text(SettingNames.MoveKnownPages) is not { } text) return UsualKnownPagesBytes;
        if (Quantity.TryParseBytes(text, out var bytes) && bytes >= 0) return bytes;
        Wrong(SettingNames.MoveKnownPages, $"'{text}' is not a size such as 128Mi; 0 to keep nothing");
        return 0;
    }

    private TimeSpan Duration(string name, TimeSpan usual, TimeSpan longest)
    {
        if (Text(name) is not { } text) return usual;
        if (DurationText.TryParse(text, out var duration) && duration <= longest) return duration;
        Wrong(name, $"'{text}' is not a time of at most {longest.TotalSeconds:0} s, such as 5ms or 30s");
        return usual;
    }

    private TimeSpan Wait(string name, TimeSpan usual)
    {
        var wait = Duration(name, usual, LongestWait);
        if (wait < ShortestWait) Wrong(name, $"is less than {ShortestWait.TotalSeconds:0} s; a board that is only busy would count as gone");
        return wait;
    }

    private TransportSettings? Transport()
    {
        var options = _settings
            .Where(setting => setting.Key.StartsWith(SettingNames.TransportPrefix, StringComparison.Ordinal) && setting.Key != SettingNames.TransportPlugin)
            .ToDictionary(setting => setting.Key[SettingNames.TransportPrefix.Length..], setting => setting.Value.Value, StringComparer.Ordinal);
        if (Text(SettingNames.TransportPlugin) is { } plugin) return new TransportSettings(plugin, options);
        if (options.Count > 0) _errors.Add($"{SettingNames.TransportPlugin}: missing, although other transport settings are given; for example transport.mqtt");
        return null;
    }

    private long Integer(string name, long fallback, long minimum, long maximum)
    {
        if (Text(name) is not { } text) return fallback;
        if (Quantity.TryParseInteger(text, out var value) && value >= minimum && value <= maximum) return value;
        Wrong(name, $"'{text}' is not a whole number from {minimum} to {maximum}");
        return fallback;
    }

    private string? Text(string name) => _settings.GetValueOrDefault(name)?.Value;

    private void Wrong(string name, string problem) => _errors.Add($"{_settings[name].Where}: {name}: {problem}");
}
