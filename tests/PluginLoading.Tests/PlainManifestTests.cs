// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Encodings.Web;

namespace EdgeHypervisor.PluginLoading.Tests;

/// <summary>The quick reader of plain manifests against the one that reads any.</summary>
public sealed class PlainManifestTests
{
    private const int Texts = 50_000;
    private const string Pieces = "{}[]\":,\\ \t\r\n\u007f\u00e9a1/*";

    [Fact]
    public void A_manifest_as_projects_write_it_is_plain() =>
        Assert.NotNull(PlainManifest.TryRead(Encoding.UTF8.GetBytes(Manifest(indented: true))));

    [Theory]
    [InlineData("{}"), InlineData("[]"), InlineData(""), InlineData("{\"id\":1}"), InlineData("{\"id\":\"a\",}"), InlineData("{\"id\":\"a\"} //")]
    [InlineData("{\"id\":\"a\",\"id\":\"a\"}"), InlineData("{\"bogus\":\"a\"}"), InlineData("{\"id\":\"\\u0061\"}"), InlineData("{\"id\":\"a\nb\"}")]
    [InlineData("{\"id\":\"a\"}\0"), InlineData("\ufeff{\"id\":\"a\"}"), InlineData("{\"provides\":[]}"), InlineData("{\"provides\":[[\"a\"]]}")]
    public void All_else_is_not_plain(string text) => Assert.Null(PlainManifest.TryRead(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void What_is_plain_reads_the_same()
    {
        var random = new Random(1);
        var plain = 0;
        for (var round = 0; round < Texts; round++)
        {
            var json = Encoding.UTF8.GetBytes(Sample(random));
            if (PlainManifest.TryRead(json) is not { } fields) continue;
            plain++;
            Assert.Equal(TextOf(JsonManifest.Read(json)), TextOf(fields));
        }
        Assert.InRange(plain, Texts / 20, Texts);
    }

    private static string Manifest(bool indented) =>
        PluginFolder.TrueManifest("Counter1").ToJsonString(new() { WriteIndented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string Sample(Random random)
    {
        var text = new StringBuilder(Manifest(indented: random.Next(2) == 0));
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(text.Length);
            if (random.Next(2) == 0) text.Remove(at, 1);
            if (random.Next(2) == 0) text.Insert(at, Pieces[random.Next(Pieces.Length)]);
        }
        return text.ToString();
    }

    private static string TextOf(ManifestFields fields) =>
        string.Join('\n', ManifestFields.Known.Select(name => fields.Find(name) is { } value ? $"{name}={TextOf(value)}" : $"no {name}"));

    private static string TextOf(ManifestValue value) => $"{value.Kind} '{value.Text}' [{string.Join(", ", value.Items.Select(TextOf))}]";
}
