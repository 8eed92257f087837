// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Descriptions.Reading;
using EdgeHypervisor.Descriptions.Yaml;

namespace EdgeHypervisor.Host;

/// <summary>The configuration file: YAML with the settings of <see cref="SettingNames"/>; <c>transport</c>, <c>labels</c> and <c>moves</c> are mappings of their own.</summary>
internal sealed class ConfigurationFile
{
    public const string SystemPath = "/etc/edge-hypervisor/config.yaml";
    private readonly ErrorList _errors = new();
    private readonly Dictionary<string, Setting> _settings = new(StringComparer.Ordinal);
    private readonly string _folder;

    private ConfigurationFile(string path) => _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>Reads its settings. Paths in it are seen from its own folder.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, or is wrong.</exception>
    public static Dictionary<string, Setting> Read(string path)
    {
        try
        {
            var file = new ConfigurationFile(path);
            file.ReadRoot(YamlTreeReader.Read(DescriptionReader.Load(path), path, file._errors));
            file._errors.ThrowIfAny();
            return file._settings;
        }
        catch (DescriptionException e)
        {
            throw new ConfigurationException([.. e.Errors.Select(error => error.ToString())]);
        }
    }

    private void ReadRoot(YamlNode? root)
    {
        if (root is YamlMapping mapping)
            foreach (var field in mapping.Fields) ReadField(field, "");
        else if (root is not null) _errors.Add(root.Where, "", $"must be a mapping (name: value), not {root.Kind}");
    }

    private void ReadField(YamlField field, string prefix)
    {
        var name = prefix + field.Name;
        if (prefix.Length == 0 && field.Value is YamlMapping mapping && SettingNames.Mappings.Contains(field.Name))
            foreach (var inner in mapping.Fields) ReadField(inner, field.Name + ".");
        else if (!SettingNames.IsKnown(name))
            _errors.Add(field.Where, name, $"unknown; {Spelling.Hint(name, SettingNames.All)}known are {string.Join(", ", SettingNames.All)}");
        else
            Take(name, field.Value);
    }

    private void Take(string name, YamlNode value)
    {
        switch (value)
        {
            case YamlScalar { IsLeftOut: false } scalar:
                _settings[name] = new Setting([Resolve(name, scalar.Text)], value.Where.ToString());
                break;
            case YamlSequence list when SettingNames.IsList(name) && list.Items.All(item => item is YamlScalar { IsLeftOut: false }):
                _settings[name] = new Setting([.. list.Items.Select(item => Resolve(name, ((YamlScalar)item).Text))], value.Where.ToString());
                break;
            default:
                _errors.Add(value.Where, name, $"must be a single value{(SettingNames.IsList(name) ? " or a list of them" : "")}, not {value.Kind}");
                break;
        }
    }

    private string Resolve(string name, string text) => SettingNames.IsPath(name) ? Path.Combine(_folder, text) : text;
}
