// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>An extra ability of a line: it remembers its latest changes, whoever made them. Any thread.</summary>
public interface IGpioTrace
{
    /// <summary>Changes since the line was opened; the number that the next change will have.</summary>
    long ChangeCount { get; }

    /// <summary>
    /// Copies changes from number <paramref name="position"/> on and moves it behind the last one copied. Changes that are
    /// no longer remembered are skipped: then <paramref name="position"/> moves by more than was copied.
    /// </summary>
    /// <returns>How many were copied.</returns>
    int ReadTrace(ref long position, Span<GpioEdge> changes);
}
