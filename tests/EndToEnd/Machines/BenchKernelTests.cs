// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>The kernels compute the same wherever they run, so a checksum that differs is the machine's fault.</summary>
public partial class BenchKernelTests
{
    private const uint Iterations = 2;

    public static TheoryData<string> Kernels => [.. FirmwareImages.Kernels()];

    [TheoryWithTool(QemuMachine.Program64), MemberData(nameof(Kernels))]
    public void A_kernel_gives_its_checksum_in_both_word_sizes(string kernel)
    {
        var expected = ExpectedLine(kernel);
        Assert.Equal(expected, QemuMachine.Run(32, FirmwareImages.Kernel(kernel, 32), (0, Iterations)));
        Assert.Equal(expected, QemuMachine.Run(64, FirmwareImages.Kernel(kernel, 64), (0, Iterations)));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void A_kernel_gives_its_checksum_on_our_machine(string kernel)
    {
        var expected = ExpectedLine(kernel);
        Assert.Equal(expected, OurMachine.Run(32, FirmwareImages.Kernel(kernel, 32), (0, Iterations)));
        using var machine = new OurMachine(64, FirmwareImages.Kernel(kernel, 64), isa: kernel == "float" ? "rv64gc" : null, parameters: [(0, Iterations)]);
        Assert.Equal(expected, machine.RunToEnd());
    }

    [Theory, MemberData(nameof(Kernels))]
    public void A_kernel_gives_its_checksum_on_our_Cortex_M(string kernel)
    {
        using var machine = new OurMachine("mps2-an385", FirmwareImages.Mps2Kernel(kernel), coreOptions: ("semihosting", "true"));
        Assert.Equal(ExpectedLine(kernel, iterations: 1).ReplaceLineEndings("\n"), machine.RunToEnd());
    }

    /// <summary>The checksum of one iteration, as the kernel's source promises it.</summary>
    internal static uint PromisedChecksum(string kernel)
    {
        var source = File.ReadAllText(Path.Combine(FirmwareImages.Folder, "bench", "kernels", $"{kernel}.c"));
        return uint.Parse(Promise().Match(source).Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>The line of a right run, from the checksum that the kernel's source promises.</summary>
    private static string ExpectedLine(string kernel, uint iterations = Iterations)
    {
        var checksum = PromisedChecksum(kernel);
        var sum = 0u;
        for (var i = 0; i < iterations; i++) sum = unchecked((BitOperations.RotateLeft(sum, 5) ^ checksum) * 0x9e37_79b1);
        return $"{kernel} {iterations} {sum:x8} ok\r\n";
    }

    [GeneratedRegex("kernel_checksum = 0x([0-9a-f]{8});")]
    private static partial Regex Promise();
}
