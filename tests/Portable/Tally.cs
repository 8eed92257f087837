// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Portable;

/// <summary>Counts outcomes and says what failed.</summary>
internal sealed class Tally(bool verbose)
{
    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public int Skipped { get; private set; }

    public void Add(TestCase test, Outcome outcome)
    {
        switch (outcome)
        {
            case { Skip: { } reason }:
                Skipped++;
                if (verbose) Console.WriteLine($"skipped {test.Name}: {reason}");
                break;
            case { Error: { } error }:
                Failed++;
                Console.WriteLine($"FAILED  {test.Name}\n{error}\n");
                break;
            default:
                Passed++;
                if (verbose) Console.WriteLine($"passed  {test.Name}");
                break;
        }
    }
}

/// <summary>How a test ended: with a reason for skipping it, an error, or neither.</summary>
internal readonly record struct Outcome(string? Skip = null, Exception? Error = null);
