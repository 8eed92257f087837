// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A program that has ended.</summary>
internal sealed record Ran(int ExitCode, string Output, string Error);
