// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions.Reading;

namespace EdgeHypervisor.Host;

/// <summary>What names of boards, VMs and snapshots look like: they become parts of topics, paths and file names.</summary>
internal static class NameRule
{
    public const string InWords = Names.TitleRule;

    public static bool IsName(string text) => Names.Title.IsMatch(text);
}
