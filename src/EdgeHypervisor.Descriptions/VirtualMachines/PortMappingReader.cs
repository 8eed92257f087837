// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Descriptions.Reading;
using EdgeHypervisor.Descriptions.Yaml;

namespace EdgeHypervisor.Descriptions;

/// <summary>Reads one entry of a manifest's <c>map</c>.</summary>
internal static class PortMappingReader
{
    private const int HighestAddress = 0x3FF; // 10-bit, NXP UM10204 section 3.1.11
    private const int MostTargets = 128;

    public static PortMapping? Read(YamlField entry, string path, ErrorList errors)
    {
        if (!PortName.TryParse(entry.Name, out var port))
            errors.Add(entry.Where, path, $"not a port; write {PortName.Rule}");
        switch (entry.Value)
        {
            case YamlScalar { IsLeftOut: false } role: // gpio0/3: relay1
                return new PortMapping { Port = port, Targets = [ReadTarget(role.Text, null, role.Where, path, errors)], Where = entry.Where };
            case YamlMapping mapping:
                return ReadMapping(port, new Fields(mapping, Shapes.Mapping, path, errors), entry.Where);
            default:
                errors.Add(entry.Value.Where, path, $"must be a role or a mapping such as {{ to: relay1 }}, not {entry.Value.Kind}");
                return null;
        }
    }

    private static PortMapping ReadMapping(PortName port, Fields fields, SourceLocation where)
    {
        var defaults = new PortMapping { Port = port, Targets = [] };
        return defaults with
        {
            Targets = ReadTargets(fields),
            Access = fields.Choice("access", defaults.Access),
            Priority = (int)fields.Integer("priority", defaults.Priority, minimum: 0, maximum: 1000),
            LeaseMs = (int)fields.Integer("leaseMs", defaults.LeaseMs, minimum: 1, maximum: 3_600_000),
            Budget = fields.Mapping("budget", Shapes.Budget) is { } budget ? ReadBudget(budget) : null,
            OnMove = fields.Choice("onMove", defaults.OnMove),
            OnLinkLoss = fields.Choice("onLinkLoss", defaults.OnLinkLoss),
            Safe = fields.Choice("safe", defaults.Safe),
            OnPause = fields.Choice("onPause", defaults.OnPause),
            OnStop = fields.Choice("onStop", defaults.OnStop),
            OnFault = fields.Choice("onFault", defaults.OnFault),
            OnHandover = fields.Choice("onHandover", defaults.OnHandover),
            OnServiceRestart = fields.Choice("onServiceRestart", defaults.OnServiceRestart),
            OnLeaseEnd = fields.Choice("onLeaseEnd", defaults.OnLeaseEnd),
            Where = where,
        };
    }

    private static BudgetDescription ReadBudget(Fields fields)
    {
        var perSecond = (int)fields.Integer("perSecond", fallback: 1, minimum: 1, maximum: 100_000_000);
        return new BudgetDescription(perSecond, (int)fields.Integer("burst", fallback: Math.Max(1, perSecond / 10), minimum: 1, maximum: 100_000_000));
    }

    private static List<MappingTarget> ReadTargets(Fields mapping)
    {
        var nodes = mapping.Find("to") is YamlSequence list ? list.Items : mapping.Find("to") is { } single ? [single] : [];
        if (mapping.Has("to") && nodes.Count == 0) mapping.Wrong("to", "names no role");
        if (nodes.Count > MostTargets) mapping.Wrong("to", $"more than {MostTargets} roles");
        var targets = new List<MappingTarget>();
        foreach (var (i, node) in nodes.Take(MostTargets).Index())
        {
            var path = nodes.Count == 1 ? mapping.PathOf("to") : string.Create(CultureInfo.InvariantCulture, $"{mapping.PathOf("to")}[{i}]");
            if (ReadTarget(node, path, mapping.Errors) is { } target) targets.Add(target);
        }
        if (targets.Select(target => target.Board).Distinct().Count() > 1)
            mapping.Wrong("to", "names roles of several boards; all targets of one port are on one board");
        foreach (var twice in targets.GroupBy(target => target.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            mapping.Wrong("to", $"names '{Fields.Short(twice.Key)}' twice");
        return targets;
    }

    private static MappingTarget? ReadTarget(YamlNode node, string path, ErrorList errors)
    {
        switch (node)
        {
            case YamlScalar { IsLeftOut: false } role:
                return ReadTarget(role.Text, null, role.Where, path, errors);
            case YamlMapping mapping:
                var fields = new Fields(mapping, Shapes.MappingTarget, path, errors);
                var address = (int?)fields.FindInteger("address", 0, HighestAddress);
                return fields.FindText("role") is { } name
                    ? ReadTarget(name, address, fields.Find("role")!.Where, fields.PathOf("role"), errors)
                    : new MappingTarget("", address);
            default:
                errors.Add(node.Where, path, $"must be a role or {{ role: bme280, address: 0x76 }}, not {node.Kind}");
                return null;
        }
    }

    // relay1, or a board's: pocket/relay1
    private static MappingTarget ReadTarget(string text, int? address, SourceLocation where, string path, ErrorList errors)
    {
        var slash = text.IndexOf('/');
        var (board, role) = slash < 0 ? (null, text) : (text[..slash], text[(slash + 1)..]);
        if (board is not null && !Names.Title.IsMatch(board))
            errors.Add(where, path, $"'{Fields.Short(board)}' is not a board's name; allowed are {Names.TitleRule}");
        if (!Names.Role.IsMatch(role)) errors.Add(where, path, $"'{Fields.Short(role)}' is not a role's name; allowed are {Names.RoleRule}");
        return new MappingTarget(role, address, board);
    }
}
