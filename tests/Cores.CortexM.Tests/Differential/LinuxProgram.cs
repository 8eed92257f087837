// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Diagnostics;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>A <see cref="RandomProgram"/> as an ELF file for Linux on Arm, run by QEMU's user mode.</summary>
internal static class LinuxProgram
{
    private const int HeaderBytes = 52 + 2 * 32;

    /// <summary>The emulator, or null where it is not installed.</summary>
    public static string? Emulator { get; } = new[] { "/usr/bin/qemu-arm", "/usr/bin/qemu-arm-static" }.FirstOrDefault(File.Exists);

    /// <summary>Runs it and gives back its data.</summary>
    public static byte[] Run(RandomProgram program)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, Elf(program));
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            using var process = Process.Start(new ProcessStartInfo(Emulator!, ["-cpu", "max", file]) { RedirectStandardOutput = true })!;
            using var output = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return output.ToArray();
        }
        finally
        {
            File.Delete(file);
        }
    }

    // ELF specification, parts 1-3 to 1-5 and 2-2: one header and two segments.
    private static byte[] Elf(RandomProgram program)
    {
        const int alignment = 0x1000;
        var code = program.Code;
        var codeOffset = alignment;
        var dataOffset = (codeOffset + code.Length + alignment - 1) & -alignment;
        var file = new byte[dataOffset + program.Data.Length];
        var span = file.AsSpan();
        ReadOnlySpan<byte> identification = [0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1, 0];
        identification.CopyTo(span);
        Words(span[16..], 0x0028_0002, 1, RandomProgram.Entry | 1, 52, 0, 0x0500_0000, 0x0020_0034, 0x0028_0002, 0);
        Words(span[52..], 1, (uint)codeOffset, RandomProgram.CodeStart, RandomProgram.CodeStart, (uint)code.Length, (uint)code.Length, 5, alignment);
        Words(span[84..], 1, (uint)dataOffset, RandomProgram.DataStart, RandomProgram.DataStart, (uint)program.Data.Length, (uint)program.Data.Length, 6, alignment);
        Debug.Assert(HeaderBytes <= alignment);
        code.CopyTo(span[codeOffset..]);
        program.Data.CopyTo(span[dataOffset..]);
        return file;
    }

    private static void Words(Span<byte> at, params ReadOnlySpan<uint> words)
    {
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(at[(i * 4)..], words[i]);
    }
}
