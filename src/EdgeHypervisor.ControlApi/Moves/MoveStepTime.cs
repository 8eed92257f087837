// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>A step of a handover.</summary>
/// <param name="Step">Which: <c>stopped</c>, <c>last-pages</c>, <c>image-kept</c>, <c>ready</c>, <c>commit</c>, <c>done</c> at the source; <c>arrived</c>,
/// <c>verified</c>, <c>built</c>, <c>image-durable</c>, <c>journaled</c>, <c>commit-heard</c>, <c>first-instruction</c>, <c>owned</c> at the destination.</param>
/// <param name="AtMs">When it was done, since the source began to stop the VM.</param>
public sealed record MoveStepTime(string Step, double AtMs);
