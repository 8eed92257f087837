// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Who asks in a command.</summary>
/// <param name="Name">Their name.</param>
/// <param name="IsRepeated">Whether just this signed command was taken before: it may be answered again, and begins nothing.</param>
public sealed record CommandAsker(string Name, bool IsRepeated);
