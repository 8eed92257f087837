// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>The command line: settings by option, and what else was asked for.</summary>
internal sealed class DaemonArguments
{
    public const string Usage = """
        edge-hypervisord: runs virtual machines on a board

        Usage: edge-hypervisord [options]

          --config FILE      Settings (else /etc/edge-hypervisor/config.yaml, where it exists)
          --board FILE       The board's description
          --name NAME        The board's name in the fleet (else the description's)
          --data FOLDER      Where VMs are kept (else $STATE_DIRECTORY, else /var/lib/edge-hypervisor)
          --socket PATH      Where ehv finds the service (else /run/edge-hypervisor/control.sock)
          --plugins FOLDER   Where more plugins are; may be repeated
          --machines FOLDER  Where more machine descriptions are; may be repeated
          --set NAME=VALUE   Any setting of the configuration file, for example --set transport.host=broker.local
          --check            Only check the settings
          --version, --help

        Options win over the configuration file. Example:
          edge-hypervisord --board boards/simulated-pi.yaml --data /tmp/desk --socket /tmp/desk.sock

        """;

    private static readonly string[] Direct = [SettingNames.Board, SettingNames.Name, SettingNames.Data, SettingNames.Socket, SettingNames.Plugins, SettingNames.Machines];
    private readonly List<string> _errors = [];

    private DaemonArguments(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!TakeSwitch(arguments[i])) TakeOption(arguments, ref i);
        }
        if (_errors.Count > 0) throw new ConfigurationException(_errors);
    }

    public bool IsHelp { get; private set; }

    public bool IsVersion { get; private set; }

    public bool IsCheck { get; private set; }

    public string? ConfigurationFile { get; private set; }

    public Dictionary<string, Setting> Settings { get; } = new(StringComparer.Ordinal);

    /// <exception cref="ConfigurationException">An argument is not known, or lacks its value.</exception>
    public static DaemonArguments Parse(string[] arguments) => new(arguments);

    /// <summary>The settings of the configuration file, with those of the command line over them.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or is wrong.</exception>
    public IReadOnlyDictionary<string, Setting> WithFile()
    {
        var file = ConfigurationFile ?? (File.Exists(Host.ConfigurationFile.SystemPath) ? Host.ConfigurationFile.SystemPath : null);
        if (file is null) return Settings;
        var settings = Host.ConfigurationFile.Read(file);
        foreach (var (name, setting) in Settings) settings[name] = setting;
        return settings;
    }

    private bool TakeSwitch(string argument)
    {
        switch (argument)
        {
            case "--help" or "-h": return IsHelp = true;
            case "--version": return IsVersion = true;
            case "--check": return IsCheck = true;
            default: return false;
        }
    }

    private void TakeOption(string[] arguments, ref int i)
    {
        var (option, value) = Split(arguments[i]);
        var name = option.StartsWith("--", StringComparison.Ordinal) ? option[2..] : "";
        if (name is not ("config" or "set") && !Direct.Contains(name))
        {
            _errors.Add($"{option}: unknown option; see edge-hypervisord --help");
            return;
        }
        if (value is null && ++i < arguments.Length) value = arguments[i];
        if (string.IsNullOrEmpty(value)) _errors.Add($"{option}: needs a value");
        else if (name == "config") ConfigurationFile = value;
        else if (name == "set") Set(value);
        else Add(name, value, option);
    }

    private void Set(string text)
    {
        var (name, value) = Split(text);
        if (string.IsNullOrEmpty(value)) _errors.Add($"--set {text}: is not NAME=VALUE");
        else if (!SettingNames.IsKnown(name)) _errors.Add($"--set {name}: unknown setting; known are {string.Join(", ", SettingNames.All)} and {SettingNames.TransportPrefix}*");
        else Add(name, value, $"--set {name}");
    }

    private void Add(string name, string value, string where)
    {
        var before = SettingNames.IsList(name) && Settings.TryGetValue(name, out var setting) ? setting.Values : [];
        Settings[name] = new Setting([.. before, value], where);
    }

    private static (string Name, string? Value) Split(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }
}
