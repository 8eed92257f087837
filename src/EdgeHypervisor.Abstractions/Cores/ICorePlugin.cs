// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A plugin that makes CPU cores of one instruction set.</summary>
public interface ICorePlugin : IPlugin
{
    /// <summary>Makes a core in its reset state.</summary>
    /// <exception cref="OptionException">An option of the machine description does not fit.</exception>
    ICore Create(ICoreContext context);
}
