// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>The peer: QEMU's system emulator with its <c>virt</c> machine and no firmware of its own.</summary>
internal static class QemuMachine
{
    public const string Program64 = "qemu-system-riscv64";
    private const uint ParametersBase = 0x8000_0800;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Boots an image and gives what came out of its UART until it powered off.</summary>
    /// <param name="parameters">Parameter words by index, see firmware-images/README.md.</param>
    public static string Run(int bits, string elf, params (int Index, uint Value)[] parameters) =>
        Tool.Run(Program(bits), Arguments(elf, parameters), Patience).Output;

    /// <summary>Boots an image, types each line when the text it waits for has come, and gives what came until the end.</summary>
    public static string Converse(int bits, string elf, params (string WaitFor, string Type)[] script)
    {
        var start = new ProcessStartInfo(Program(bits), Arguments(elf, []))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("QEMU did not start.");
        using var watchdog = new Timer(_ => process.Kill(), null, Patience, Timeout.InfiniteTimeSpan);
        var heard = new StringBuilder();
        foreach (var (waitFor, type) in script)
        {
            ReadUntil(process.StandardOutput, heard, waitFor);
            process.StandardInput.Write(type);
            process.StandardInput.Flush();
        }
        heard.Append(process.StandardOutput.ReadToEnd());
        return heard.ToString();
    }

    private static string Program(int bits) => $"qemu-system-riscv{bits}";

    private static IEnumerable<string> Arguments(string elf, (int Index, uint Value)[] parameters) =>
    [
        "-M", "virt", "-bios", "none", "-display", "none", "-monitor", "none", "-serial", "stdio", "-kernel", elf,
        .. parameters.SelectMany(parameter => new[]
        {
            "-device",
            string.Create(CultureInfo.InvariantCulture, $"loader,addr={ParametersBase + 4 * parameter.Index},data={parameter.Value},data-len=4"),
        }),
    ];

    // Looks only at what came after the last text it found.
    private static void ReadUntil(StreamReader reader, StringBuilder heard, string text)
    {
        var from = heard.Length;
        while (!heard.ToString(from, heard.Length - from).Contains(text, StringComparison.Ordinal))
        {
            var next = reader.Read();
            Assert.True(next >= 0, $"QEMU ended before '{text}' came: {heard}");
            heard.Append((char)next);
        }
    }
}
