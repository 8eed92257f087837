// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>The committed images are what their sources say.</summary>
public sealed class ImageRebuildTests : IDisposable
{
    // Another version makes other, equally right bytes: only the ones that the images were built with count.
    private static readonly (string Compiler, string Version)[] Compilers = [("riscv64-unknown-elf-gcc", "12.2.0"), ("arm-none-eabi-gcc", "12.2.1")];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly DirectoryInfo _output = Directory.CreateTempSubdirectory("rebuilt-images-");

    public void Dispose() => _output.Delete(recursive: true);

    [FactWithCompilers]
    public void Building_the_images_again_gives_the_committed_bytes()
    {
        var (exitCode, log) = Tool.Run("make", ["-j2", "-C", FirmwareImages.Folder, $"OUTPUT={_output.FullName}"], Patience);
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

    private sealed class FactWithCompilersAttribute : FactAttribute
    {
        public FactWithCompilersAttribute()
        {
            foreach (var (compiler, version) in Compilers)
            {
                if (!Tool.IsInstalled(compiler)) Skip = $"{compiler} is not installed.";
                else if (Tool.Run(compiler, ["-dumpversion"], Patience).Output.Trim() is var found && found != version)
                    Skip = $"The images were built with {compiler} {version}, and this is {found}.";
            }
        }
    }
}
