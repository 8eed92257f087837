// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace EdgeHypervisor.PluginLoading.Tests;

/// <summary>The rules of a manifest's names as regular expressions, which the product does not use, against what it does.</summary>
public sealed class ManifestNameTests
{
    private const int Texts = 20_000;
    private const string Pieces = "abz0 9-._A/\u00e9\n";

    [Fact]
    public void Names_are_what_their_rules_say()
    {
        (Func<string, bool> IsRight, string Rule)[] rules =
        [
            (ManifestNames.IsPluginId, @"^[a-z0-9]{1,32}(-[a-z0-9]{1,32}){0,7}\z"),
            (ManifestNames.IsComponentId, @"^[a-z]+(\.[a-z0-9]+(-[a-z0-9]+)*){1,8}\z"),
            (ManifestNames.IsAssemblyFile, @"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,200}\.dll\z"),
        ];
        foreach (var (isRight, rule) in rules)
        {
            var expression = new Regex(rule, RegexOptions.CultureInvariant);
            foreach (var text in Samples()) Assert.True(isRight(text) == expression.IsMatch(text), $"'{text}' against {rule}");
        }
    }

    private static IEnumerable<string> Samples()
    {
        foreach (var length in new[] { 0, 1, 32, 33, 200, 201, 202 })
        {
            yield return new string('a', length);
            yield return new string('a', length) + ".dll";
        }
        foreach (var words in new[] { 1, 2, 8, 9, 10 })
        {
            yield return string.Join('-', Enumerable.Repeat("a", words));
            yield return string.Join('.', Enumerable.Repeat("a", words));
        }
        var random = new Random(1);
        for (var i = 0; i < Texts; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            yield return text;
            yield return text + ".dll";
        }
    }
}
