// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// What a plugin assembly offers: a stateless factory. One instance serves every VM and board of the service, from
/// any thread; it has a public constructor without parameters and keeps no static mutable state.
/// </summary>
/// <remarks>
/// Implement one of <see cref="ICorePlugin"/>, <see cref="IDevicePlugin"/>, <see cref="IDriverPlugin"/> or
/// <see cref="ITransportPlugin"/>, and say so once with <see cref="EdgePluginAttribute{TPlugin}"/>.
/// </remarks>
public interface IPlugin;
