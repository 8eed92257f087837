// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>A VM's ports.</summary>
/// <param name="Provider">What the VM is given.</param>
/// <param name="Console">The console of its first serial port that is not mapped; to be asked once the VM is built.</param>
internal sealed record VmPorts(IPortProvider Provider, Func<VmConsole?> Console);
