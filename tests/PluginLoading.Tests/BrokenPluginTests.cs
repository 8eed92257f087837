// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json.Nodes;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading.Tests;

/// <summary>A broken plugin is listed with its reason, and the others work.</summary>
public sealed class BrokenPluginTests : IDisposable
{
    private readonly PluginFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{\"id\":", "not JSON")]
    [InlineData("{\"id\":\"a\",\"id\":\"b\"}", "not JSON")]
    [InlineData("{\"id\":\"\\ud800\"}", "field 'kind': missing")]
    [InlineData("[[[[[[[[1]]]]]]]]", "not JSON")]
    public void A_manifest_that_is_no_manifest_says_so(string text, string reason)
    {
        _folder.InstallManifest("odd", text);
        Assert.Contains(reason, TheBrokenOne("odd").Reason);
    }

    [Theory]
    [InlineData("id", "\"Upper Case\"", "field 'id': 'Upper Case' is not lower-case words")]
    [InlineData("id", "7", "field 'id': a text is wanted, not Number")]
    [InlineData("id", "\"\\ud800\"", "not valid text")]
    [InlineData("kind", "\"devcie\"", "field 'kind': 'devcie' is not one of core, device, driver, transport")]
    [InlineData("version", "\"one\"", "field 'version': 'one' is not two to four numbers")]
    [InlineData("version", "\"-1.0\"", "field 'version'")]
    [InlineData("sdk", "\"latest\"", "field 'sdk': 'latest' is not a range such as")]
    [InlineData("sdk", "\"\"", "field 'sdk'")]
    [InlineData("assembly", "\"../../other/Evil.dll\"", "field 'assembly': '../../other/Evil.dll' is not the plain name")]
    [InlineData("assembly", "\"/etc/passwd\"", "field 'assembly'")]
    [InlineData("assembly", "\"a.dll\\n\"", "field 'assembly'")]
    [InlineData("assembly", "\"..\"", "field 'assembly'")]
    [InlineData("provides", "[]", "field 'provides': wanted is a list of 1 to 256 ids")]
    [InlineData("provides", "[\"device.a\",\"device.a\"]", "field 'provides': 'device.a' stands there twice")]
    [InlineData("provides", "[\"core.a\"]", "field 'provides': 'core.a' does not begin with the plugin's kind, 'device.'")]
    [InlineData("provides", "[null]", "field 'provides': 'Null' is not lower-case words")]
    [InlineData("provides", "\"device.a\"", "field 'provides'")]
    [InlineData("assemblies", "1", "field 'assemblies': unknown; known are id, kind")]
    public void A_wrong_field_is_named(string field, string json, string reason)
    {
        _folder.Install("Counter1", "odd");
        var text = PluginFolder.TrueManifest("Counter1").ToJsonString();
        var manifest = text[..^1] + $",\"{field}\":{json}}}";
        if (PluginFolder.TrueManifest("Counter1").ContainsKey(field))
            manifest = text.Replace(Original(text, field), $"\"{field}\":{json}", StringComparison.Ordinal);
        _folder.InstallManifest("odd", manifest);
        Assert.Contains(reason, TheBrokenOne("odd").Reason);
    }

    [Theory]
    [InlineData("id"), InlineData("kind"), InlineData("version"), InlineData("sdk"), InlineData("assembly"), InlineData("provides")]
    public void A_missing_field_is_named(string field)
    {
        _folder.Install("Counter1", "odd", m => m.Remove(field));
        Assert.Contains($"field '{field}': missing", TheBrokenOne("odd").Reason);
    }

    [Fact]
    public void A_folder_without_a_manifest_is_reported()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "empty"));
        Assert.Contains("plugin.json: missing", TheBrokenOne("empty").Reason);
    }

    [Fact]
    public void A_huge_manifest_is_not_read()
    {
        _folder.InstallManifest("huge", $"{{\"id\":\"{new string('a', 70_000)}\"}}");
        Assert.Contains("larger than 65536 bytes", TheBrokenOne("huge").Reason);
    }

    [Fact]
    public void A_plugin_for_another_sdk_says_which_it_needs()
    {
        _folder.Install("Counter1", change: m => m["sdk"] = ">=2.0 <3.0");
        Assert.Contains($"it needs SDK >=2.0 <3.0; this is SDK {SdkVersion.Current}", TheBrokenOne("counter").Reason);
    }

    [Fact]
    public void A_newer_version_for_another_sdk_leaves_the_older_one_in_service()
    {
        _folder.Install("Counter1");
        _folder.Install("Counter2", change: m => m["sdk"] = ">=2.0 <3.0");
        using var plugins = new PluginRepository([_folder.Path]);
        using var lease = plugins.Lease<IDevicePlugin>("device.test.counter");
        Assert.Equal(1, lease.Version.Major);
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_missing_dependency_is_named_before_anything_runs(string loader)
    {
        File.Delete(Path.Combine(_folder.Install("Counter1"), "TestPlugins.Dependency.dll"));
        Assert.Contains("TestPlugins.Counter.dll needs TestPlugins.Dependency 0.1.0.0", LoadBroken("counter", loader).Reason);
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_constructor_that_throws_is_quoted(string loader)
    {
        _folder.Install("Throwing");
        Assert.Equal(
            "the constructor of ThrowingPlugin (device.test.throwing) threw InvalidOperationException: the moon is in the wrong phase",
            LoadBroken("throwing", loader).Reason);
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_factory_of_another_kind_is_refused(string loader)
    {
        _folder.Install("Disguised");
        Assert.Contains(
            "'device.test.disguised' is of kind device, but TransportInDisguise does not implement IDevicePlugin",
            LoadBroken("disguised", loader).Reason);
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_promise_that_the_assembly_does_not_keep_is_named(string loader)
    {
        _folder.Install("Counter1", change: m => m["provides"] = new JsonArray("device.test.counter", "device.test.abacus"));
        Assert.Contains("says it provides 'device.test.abacus', but TestPlugins.Counter.dll does not declare that", LoadBroken("counter", loader).Reason);
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_component_that_the_manifest_hides_is_named(string loader)
    {
        _folder.Install("Counter1", change: m =>
        {
            m["provides"] = new JsonArray("device.test.abacus");
            m["assembly"] = "TestPlugins.Counter.dll";
        });
        Assert.Contains("does not declare that: it declares device.test.counter", LoadBroken("counter", loader).Reason);
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_truncated_assembly_is_no_assembly(string loader)
    {
        var path = Path.Combine(_folder.Install("Counter1"), "TestPlugins.Counter.dll");
        var whole = File.ReadAllBytes(path);
        foreach (var length in new[] { 0, 1, 64, 200, 600, whole.Length / 2, whole.Length - 600 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.False(string.IsNullOrEmpty(LoadBroken("counter", loader).Reason));
        }
    }

    [Theory, ClassData(typeof(Loaders))]
    public void An_assembly_that_is_text_is_no_assembly(string loader)
    {
        File.WriteAllText(Path.Combine(_folder.Install("Counter1"), "TestPlugins.Counter.dll"), "I am a plugin, honest");
        Assert.Contains("not a whole .NET assembly", LoadBroken("counter", loader).Reason);
    }

    [Fact]
    public void A_missing_assembly_is_named()
    {
        File.Delete(Path.Combine(_folder.Install("Counter1"), "TestPlugins.Counter.dll"));
        Assert.Contains("its assembly TestPlugins.Counter.dll is not in", LoadBroken("counter", PluginContextFactories.Default.Name).Reason);
    }

    [Fact]
    public void A_link_out_of_the_folder_is_not_followed()
    {
        var folder = _folder.Install("Counter1");
        var path = Path.Combine(folder, "TestPlugins.Counter.dll");
        using var elsewhere = new PluginFolder();
        var outside = Path.Combine(elsewhere.Path, "outside.dll");
        File.Move(path, outside);
        File.CreateSymbolicLink(path, outside);
        Assert.Contains("a link that leads out of", LoadBroken("counter", PluginContextFactories.Default.Name).Reason);
    }

    [Fact]
    public void The_same_version_twice_is_refused_the_second_time()
    {
        var first = _folder.Install("Counter1", "a");
        _folder.Install("Counter1", "b");
        using var plugins = new PluginRepository([_folder.Path]);
        var broken = Assert.Single(plugins.List(), p => p.Status == PluginStatus.Broken);
        Assert.Equal($"plugin 'counter' 1.0.0 is already there: {first}", broken.Reason);
    }

    [Fact]
    public void An_older_version_beside_a_newer_one_is_superseded()
    {
        _folder.Install("Counter1");
        _folder.Install("Counter2");
        using var plugins = new PluginRepository([_folder.Path]);
        Assert.Equal([PluginStatus.Available, PluginStatus.Superseded], plugins.List().Select(p => p.Status));
        Assert.Equal(2, plugins.Find("counter")!.Version!.Major);
    }

    [Fact]
    public void A_component_that_another_plugin_provides_is_refused()
    {
        _folder.Install("Counter1", "a");
        _folder.Install("Counter1", "b", m => m["id"] = "abacus");
        Assert.Equal("'device.test.counter' is already provided by plugin 'counter'", TheBrokenOne("abacus").Reason);
    }

    [Fact]
    public void A_broken_plugin_stops_nobody_else()
    {
        _folder.Install("Counter1");
        _folder.Install("Throwing");
        _folder.InstallManifest("odd", "{");
        using var plugins = new PluginRepository([_folder.Path]);
        Assert.Throws<PluginException>(() => plugins.Lease<IDevicePlugin>("device.test.throwing"));
        plugins.Lease<IDevicePlugin>("device.test.counter").Dispose();
    }

    [Fact]
    public void Leasing_from_a_broken_plugin_gives_the_reason()
    {
        _folder.Install("Counter1", change: m => m["sdk"] = "=7.0");
        using var plugins = new PluginRepository([_folder.Path]);
        var error = Assert.Throws<PluginException>(() => plugins.Lease<IDevicePlugin>("device.test.counter"));
        Assert.Contains("provided by plugin 'counter' 1.0.0, which is broken: it needs SDK =7.0", error.Message);
    }

    [Fact]
    public void Asking_for_what_nobody_provides_lists_what_there_is()
    {
        _folder.Install("Counter1");
        using var plugins = new PluginRepository([_folder.Path]);
        var error = Assert.Throws<PluginException>(() => plugins.Lease<IDevicePlugin>("device.test.conter"));
        Assert.Contains("no plugin provides 'device.test.conter'; of kind 'device' there are device.test.counter", error.Message);
        Assert.Contains(_folder.Path, error.Message);
    }

    [Fact]
    public void Asking_for_another_contract_is_an_error_and_not_a_crash()
    {
        _folder.Install("Counter1");
        using var plugins = new PluginRepository([_folder.Path]);
        var error = Assert.Throws<PluginException>(() => plugins.Lease<ICorePlugin>("device.test.counter"));
        Assert.Equal("'device.test.counter' is a device plugin; wanted is an ICorePlugin", error.Message);
    }

    [Fact]
    public void A_repaired_plugin_gets_a_new_chance()
    {
        var folder = _folder.Install("Counter1");
        var dependency = Path.Combine(folder, "TestPlugins.Dependency.dll");
        var bytes = File.ReadAllBytes(dependency);
        File.Delete(dependency);
        using var plugins = new PluginRepository([_folder.Path]);
        Assert.Equal(PluginStatus.Broken, plugins.Load("counter").Status);
        File.WriteAllBytes(dependency, bytes);
        plugins.Rescan();
        Assert.Equal(PluginStatus.Loaded, plugins.Load("counter").Status);
    }

    [Fact]
    public void A_folder_that_does_not_exist_counts_as_empty()
    {
        using var plugins = new PluginRepository([Path.Combine(_folder.Path, "nowhere")]);
        Assert.Empty(plugins.List());
    }

    [Fact]
    public void Random_bytes_as_a_manifest_are_refused_in_words()
    {
        var random = new Random(1);
        var template = Encoding.UTF8.GetBytes(PluginFolder.TrueManifest("Counter1").ToJsonString());
        for (var round = 0; round < 500; round++)
        {
            var bytes = template.ToArray();
            for (var flips = random.Next(1, 8); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(Path.Combine(_folder.InstallManifest("odd", ""), "plugin.json"), bytes);
            var scan = FolderScan.Of([_folder.Path]);
            Assert.Equal(1, scan.Current.Count + scan.Unusable.Count(p => !string.IsNullOrEmpty(p.Reason)));
        }
    }

    private PluginInfo TheBrokenOne(string id)
    {
        using var plugins = new PluginRepository([_folder.Path]);
        return Assert.Single(plugins.List(), p => p.Id == id && p.Status == PluginStatus.Broken);
    }

    private PluginInfo LoadBroken(string id, string loader)
    {
        using var plugins = new PluginRepository([_folder.Path], Loaders.Find(loader));
        var info = plugins.Load(id);
        Assert.Equal(PluginStatus.Broken, info.Status);
        return info;
    }

    private static string Original(string text, string field) =>
        $"\"{field}\":{JsonNode.Parse(text)![field]!.ToJsonString()}";
}
