// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards;

/// <summary>What an output is to do, all users considered.</summary>
/// <param name="Mode">How it is driven.</param>
/// <param name="Level">Its level.</param>
/// <param name="Winner">Who decided; null where several did.</param>
internal readonly record struct GpioVerdict(GpioMode Mode, bool Level, GpioBinding? Winner);
