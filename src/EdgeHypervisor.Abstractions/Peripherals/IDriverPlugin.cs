// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A plugin that reaches the real world (or a simulated one) for boards.</summary>
public interface IDriverPlugin : IPlugin
{
    /// <summary>Makes the driver of one board. All peripherals of that board with this driver id are opened through it.</summary>
    IBoardDriver Create(IDriverContext context);
}
