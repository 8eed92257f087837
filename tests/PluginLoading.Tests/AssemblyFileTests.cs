// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.PluginLoading.Tests;

/// <summary>The reader of assemblies' files against .NET's own, which the product does not use.</summary>
public sealed class AssemblyFileTests : IDisposable
{
    private const int Damages = 3_000;
    private readonly PluginFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_assembly_of_dotnet_and_of_ours_reads_the_same()
    {
        var read = 0;
        foreach (var path in Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll").Concat(OwnAssemblies()))
        {
            using var file = new PEReader(File.OpenRead(path));
            if (!file.HasMetadata) continue;
            Assert.Equal((path, Expected(file)), (path, Described(path)));
            read++;
        }
        Assert.InRange(read, 100, int.MaxValue);
    }

    [Fact]
    public void A_file_that_ends_anywhere_is_no_whole_assembly_or_all_that_is_read_is_there()
    {
        var path = Path.Combine(_folder.Install("Counter1"), "TestPlugins.Counter.dll");
        var expected = Described(path);
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            if (TryDescribe(path) is { } described) Assert.Equal(expected, described);
        }
    }

    [Fact]
    public void Damaged_bytes_end_in_no_other_way_than_not_being_an_assembly()
    {
        var path = Path.Combine(_folder.Install("Counter1"), "TestPlugins.Counter.dll");
        var whole = File.ReadAllBytes(path);
        int[] places = [.. Headers(whole), .. Metadata(whole)];
        var random = new Random(1);
        var refused = 0;
        for (var round = 0; round < Damages; round++)
        {
            var bytes = whole.ToArray();
            for (var count = random.Next(1, 5); count > 0; count--)
                bytes[places[random.Next(places.Length)]] = random.Next(2) == 0 ? (byte)0xFF : (byte)random.Next(256);
            File.WriteAllBytes(path, bytes);
            if (TryDescribe(path) is null) refused++;
        }
        Assert.InRange(refused, Damages / 10, Damages);
    }

    [Fact]
    public void Counts_and_offsets_far_too_large_end_the_same_way()
    {
        var path = Path.Combine(_folder.Install("Counter1"), "TestPlugins.Counter.dll");
        var bytes = File.ReadAllBytes(path);
        var metadata = Metadata(bytes)[0];
        for (var at = metadata; at < metadata + 400; at += 2) // its streams' places and its tables' row counts lie there
        {
            var damaged = bytes.ToArray();
            damaged.AsSpan(at, 4).Fill(0xFF);
            File.WriteAllBytes(path, damaged);
            _ = TryDescribe(path);
        }
    }

    [Theory]
    [InlineData(0, "it is not a PE file")]
    [InlineData(0x3C, "it ends early")]
    [InlineData(0x80, "it is not a PE file")]
    public void What_is_wrong_is_said(int at, string reason)
    {
        var path = Path.Combine(_folder.Install("Counter1"), "TestPlugins.Counter.dll");
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(at, 4).Fill(0xFF);
        File.WriteAllBytes(path, bytes);
        Assert.Equal(reason, Assert.Throws<BadImageFormatException>(() => AssemblyFile.Read(path)).Message);
    }

    private static string[] OwnAssemblies() => Directory.GetFiles(AppContext.BaseDirectory, "*.dll", SearchOption.AllDirectories);

    private static IEnumerable<int> Headers(byte[] bytes)
    {
        using var file = new PEReader(new MemoryStream(bytes));
        return Enumerable.Range(0, file.PEHeaders.PEHeader!.SizeOfHeaders).Concat(Enumerable.Range(file.PEHeaders.CorHeaderStartOffset, 72)).ToArray();
    }

    private static int[] Metadata(byte[] bytes)
    {
        using var file = new PEReader(new MemoryStream(bytes));
        return Enumerable.Range(file.PEHeaders.MetadataStartOffset, file.PEHeaders.MetadataSize).ToArray();
    }

    private static string? TryDescribe(string path)
    {
        try
        {
            return Described(path);
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }

    private static string Described(string path)
    {
        var file = AssemblyFile.Read(path);
        return string.Join('\n', file.References.Select(r => $"{r.Name} {r.Version}").Prepend($"{file.IsCompiledAhead}"));
    }

    private static string Expected(PEReader file)
    {
        var metadata = file.GetMetadataReader();
        var references = metadata.AssemblyReferences.Select(metadata.GetAssemblyReference).Select(r => $"{metadata.GetString(r.Name)} {r.Version}");
        return string.Join('\n', references.Prepend($"{file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0}"));
    }
}
