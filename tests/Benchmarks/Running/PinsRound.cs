// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>A peripheral's uses a second of processor time and of time, by a guest and by a plain loop around the driver.</summary>
internal readonly record struct PinsRound(double ByProcessor, double ByTime, double PlainByProcessor, double PlainByTime)
{
    public static PinsRound Parse(string line) =>
        line.Split(' ') is [var processor, var time, var plainProcessor, var plainTime]
            ? new PinsRound(Number(processor), Number(time), Number(plainProcessor), Number(plainTime))
            : throw new FormatException($"'{line}' is not a round of {PinsProcess.Command}");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ByProcessor} {ByTime} {PlainByProcessor} {PlainByTime}");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
