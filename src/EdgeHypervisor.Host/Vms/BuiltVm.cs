// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>A VM that was put together, and the console that its first serial port leads to where the manifest does not map it.</summary>
internal sealed record BuiltVm(VirtualMachine Machine, VmConsole? Console);
