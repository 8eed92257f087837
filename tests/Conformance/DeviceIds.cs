// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Conformance;

/// <summary>Every device.</summary>
public sealed class DeviceIds() : ComponentIds("device");
