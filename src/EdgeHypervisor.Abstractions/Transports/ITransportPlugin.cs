// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A plugin that connects boards: topics, messages, a last will. MQTT 5 sets the words and the meaning.</summary>
public interface ITransportPlugin : IPlugin
{
    /// <summary>Makes a connection, not yet open.</summary>
    /// <exception cref="OptionException">An option of the board's configuration does not fit.</exception>
    ITransportConnection Create(ITransportContext context);
}
