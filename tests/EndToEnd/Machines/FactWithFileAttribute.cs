// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>A test that needs files of Debian packages; the Makefile's test targets install them.</summary>
internal sealed class FactWithFileAttribute : FactAttribute
{
    public FactWithFileAttribute(params string[] paths)
    {
        if (paths.FirstOrDefault(path => !File.Exists(path)) is { } missing) Skip = $"{missing} is not installed.";
    }
}
