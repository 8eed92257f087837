// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Ends a doubt about who runs a VM: <c>POST /v1/ownership/{vm}</c>.</summary>
/// <param name="Force">
/// True: this board runs it, on the word that the other board is gone for good; if it is not, two copies run. False: the other
/// board is asked to give it back, which it can only do while it has not run it.
/// </param>
public sealed record AdoptRequest(bool Force);
