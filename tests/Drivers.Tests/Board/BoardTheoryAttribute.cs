// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Tests;

/// <summary>Tests on a real kernel's devices, which an environment variable names; skipped where it is not set.</summary>
public sealed class BoardTheoryAttribute : TheoryAttribute
{
    public BoardTheoryAttribute(string variable)
    {
        if (BoardPlace.Find(variable) is null) Skip = $"{variable} does not name a device of this board (see README.md of tests/Drivers.Tests)";
    }
}
