// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Reading;

/// <summary>Reads labels, which boards and VMs have alike.</summary>
internal static class LabelReader
{
    public static IReadOnlyDictionary<string, string> Read(Fields fields)
    {
        var labels = fields.Options("labels");
        foreach (var name in labels.Keys.Where(name => !Names.Label.IsMatch(name)))
            fields.Wrong("labels", $"'{Fields.Short(name)}' is not a label's name; allowed are lower-case letters, digits, '.', '_', '-' and '/'");
        return labels;
    }
}
