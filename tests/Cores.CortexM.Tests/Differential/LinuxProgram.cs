// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Diagnostics;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>A <see cref="ProgramImage"/> as an ELF file for Linux on Arm, run by QEMU's user mode.</summary>
internal static class LinuxProgram
{
    /// <summary>The emulator, or null where it is not installed.</summary>
    public static string? Emulator { get; } = new[] { "/usr/bin/qemu-arm", "/usr/bin/qemu-arm-static" }.FirstOrDefault(File.Exists);

    /// <summary>Runs it and gives back its output.</summary>
    public static byte[] Run(ProgramImage program, string cpu)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, Elf(program));
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            using var process = Process.Start(new ProcessStartInfo(Emulator!, ["-cpu", cpu, file]) { RedirectStandardOutput = true })!;
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

    // ELF specification, parts 1-3 to 1-5 and 2-2: a header, and one for each segment, which may be read, written and executed.
    private static byte[] Elf(ProgramImage program)
    {
        const int header = 52, segmentHeader = 32, alignment = 0x1000;
        using var file = new MemoryStream();
        var headers = new byte[alignment];
        ReadOnlySpan<byte> identification = [0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1, 0];
        identification.CopyTo(headers);
        Words(headers.AsSpan(16), 0x0028_0002, 1, program.Entry | 1, header, 0, 0x0500_0000, segmentHeader << 16 | header, 0x0028_0000 | (uint)program.Segments.Count, 0);
        file.Write(headers);
        for (var i = 0; i < program.Segments.Count; i++)
        {
            var (at, bytes) = program.Segments[i];
            Words(headers.AsSpan(header + i * segmentHeader), 1, (uint)file.Position, at, at, (uint)bytes.Length, (uint)bytes.Length, 7, alignment);
            file.Write(bytes);
            file.SetLength((file.Length + alignment - 1) & -alignment);
            file.Position = file.Length;
        }
        file.Position = 0;
        file.Write(headers);
        return file.ToArray();
    }

    private static void Words(Span<byte> at, params ReadOnlySpan<uint> words)
    {
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(at[(i * 4)..], words[i]);
    }
}
