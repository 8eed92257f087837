// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Devices.Virtio;

/// <summary>The guest's driver broke a rule of its rings; the device stops and asks for a reset (virtio 1.2, section 2.1.2).</summary>
/// <param name="problem">Which rule.</param>
internal sealed class VirtioException(string problem) : Exception(problem);
