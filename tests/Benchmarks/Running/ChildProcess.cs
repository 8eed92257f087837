// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Benchmarks;

/// <summary>Runs a program to its end and measures the processor time of all its threads. One at a time.</summary>
internal static partial class ChildProcess
{
    private const int ChildrenThatEnded = -1; // RUSAGE_CHILDREN

    public static RunResult Run(string program, IEnumerable<string> arguments, TimeSpan timeout)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true };
        var cpuBefore = ProcessorTimeOfChildren();
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new BenchmarkException($"{program} did not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new BenchmarkException($"{program} had not ended after {timeout.TotalSeconds} s:\n{output.Result}{errors.Result}");
        }
        var wall = watch.Elapsed;
        var result = new RunResult(ProcessorTimeOfChildren() - cpuBefore, wall, output.Result, errors.Result);
        if (process.ExitCode != 0) throw new BenchmarkException($"{program} ended with exit code {process.ExitCode}:\n{result.Output}{result.Errors}");
        return result;
    }

    private static TimeSpan ProcessorTimeOfChildren()
    {
        if (GetResourceUsage(ChildrenThatEnded, out var usage) != 0)
            throw new BenchmarkException($"getrusage failed: {Marshal.GetLastPInvokeErrorMessage()}");
        return usage.User.Span + usage.System.Span;
    }

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    private static partial int GetResourceUsage(int who, out ResourceUsage usage);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeValue
    {
        private readonly nint _seconds, _microseconds;

        public TimeSpan Span => TimeSpan.FromSeconds(_seconds) + TimeSpan.FromMicroseconds(_microseconds);
    }

    // struct rusage: two times, then fourteen counters that are of no use here.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ResourceUsage
    {
        public readonly TimeValue User, System;
        private readonly Counters _rest;
    }

    [InlineArray(14)]
    private struct Counters
    {
        private nint _first;
    }
}
