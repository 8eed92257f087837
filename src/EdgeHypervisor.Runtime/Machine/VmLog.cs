// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Takes what a VM has to say to the log. Called from any thread; must not throw.</summary>
/// <param name="level">How grave it is.</param>
/// <param name="component">Which part of the VM: <c>uart0</c>, <c>bus</c>.</param>
/// <param name="message">One line.</param>
public delegate void VmLog(VmLogLevel level, string component, string message);
