// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>The committed images are what their sources say.</summary>
public sealed class ImageRebuildTests : IDisposable
{
    private const string Compiler = "riscv64-unknown-elf-gcc";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly DirectoryInfo _output = Directory.CreateTempSubdirectory("rebuilt-images-");

    public void Dispose() => _output.Delete(recursive: true);

    [FactWithCompiler]
    public void Building_the_images_again_gives_the_committed_bytes()
    {
        var (exitCode, log) = Tool.Run("make", ["-C", FirmwareImages.Folder, $"OUTPUT={_output.FullName}"], Patience);
        Assert.True(exitCode == 0, log);

        var rebuilt = _output.EnumerateFiles("*.elf").ToDictionary(file => file.Name, file => file.FullName);
        var committed = FirmwareImages.All().ToDictionary(file => Path.GetFileName(file), file => file);
        Assert.Equal(committed.Keys.Order(), rebuilt.Keys.Order());
        foreach (var (name, path) in committed)
        {
            Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(rebuilt[name])),
                $"{name} is not what its sources give: run make in firmware-images and commit the result.");
        }
    }

    /// <summary>Another compiler version makes other, equally right bytes: only the one the images were built with counts.</summary>
    private sealed class FactWithCompilerAttribute : FactAttribute
    {
        private const string Version = "12.2.0";

        public FactWithCompilerAttribute()
        {
            if (!Tool.IsInstalled(Compiler)) Skip = $"{Compiler} is not installed.";
            else if (Tool.Run(Compiler, ["-dumpversion"], Patience).Output.Trim() is var found && found != Version)
                Skip = $"The images were built with {Compiler} {Version}, and this is {found}.";
        }
    }
}
