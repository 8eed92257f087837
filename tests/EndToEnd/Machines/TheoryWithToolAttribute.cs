// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>A theory that is skipped, and says so, where the program it compares with is not installed.</summary>
internal sealed class TheoryWithToolAttribute : TheoryAttribute
{
    public TheoryWithToolAttribute(string program)
    {
        if (!Tool.IsInstalled(program)) Skip = $"{program} is not installed.";
    }
}
