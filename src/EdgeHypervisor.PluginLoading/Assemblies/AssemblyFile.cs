// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using Microsoft.Win32.SafeHandles;

namespace EdgeHypervisor.PluginLoading;

/// <summary>
/// What a .NET assembly's file says of it (ECMA-335 II.25). The file is data from anybody: nothing that it says is believed unchecked.
/// Read by hand, since all that .NET's own reader loads and compiles first costs a short run more than its plugins' code.
/// </summary>
internal sealed class AssemblyFile
{
    // What lies before the first section (II.25.2, II.25.3): compilers need a tenth of it.
    private const int MaximumHeaderBytes = 4096;

    private AssemblyFile(string name, bool isCompiledAhead, AssemblyName[] references)
    {
        Name = name;
        IsCompiledAhead = isCompiledAhead;
        References = references;
    }

    /// <summary>The file's name.</summary>
    public string Name { get; }

    /// <summary>Whether it holds machine code beside its IL (ReadyToRun).</summary>
    public bool IsCompiledAhead { get; }

    /// <summary>The assemblies that it refers to, by name and version.</summary>
    public AssemblyName[] References { get; }

    /// <exception cref="BadImageFormatException">It is not a whole .NET assembly.</exception>
    public static AssemblyFile Read(string path)
    {
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        var image = new PeImage(ReadBytes(file, 0, Math.Min(length, MaximumHeaderBytes)));
        var cli = new CliHeader(ReadBytes(file, image.FindCliHeader(), CliHeader.Bytes));
        if (cli.MetadataBytes > length) throw CheckedBytes.EndsEarly();
        var metadata = new MetadataTables(ReadBytes(file, image.OffsetOf(cli.Metadata), cli.MetadataBytes));
        return new AssemblyFile(Path.GetFileName(path), cli.IsCompiledAhead, metadata.ReadAssemblyReferences());
    }

    /// <summary>Checks that it lies in its plugin's folder and nowhere else.</summary>
    /// <exception cref="PluginFaultException">It is missing, or a link that leads elsewhere.</exception>
    public static void Verify(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists) throw new PluginFaultException($"its assembly {name} is not in {folder}");
        // A link may point elsewhere inside the folder, not out of it.
        if (file.ResolveLinkTarget(returnFinalTarget: true) is { } target && !LiesIn(folder, target.FullName))
            throw new PluginFaultException($"its assembly {name} is a link that leads out of {folder}");
    }

    private static byte[] ReadBytes(SafeFileHandle file, long offset, long count)
    {
        var bytes = new byte[count];
        return RandomAccess.Read(file, bytes, offset) == count ? bytes : throw CheckedBytes.EndsEarly();
    }

    private static bool LiesIn(string folder, string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
