// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>A test that needs a file of a Debian package; the Makefile's test targets install it.</summary>
internal sealed class FactWithFileAttribute : FactAttribute
{
    public FactWithFileAttribute(string path)
    {
        if (!File.Exists(path)) Skip = $"{path} is not installed.";
    }
}
