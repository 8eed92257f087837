// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>How a hart runs.</summary>
internal enum Engine
{
    /// <summary>Interprets, and translates what is hot.</summary>
    Translator,

    /// <summary>Interprets everything: less memory, no background work.</summary>
    Interpreter,
}
