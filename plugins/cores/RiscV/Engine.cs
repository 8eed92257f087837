// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>How a hart runs.</summary>
internal enum Engine
{
    /// <summary>Interprets, and translates what is hot.</summary>
    Translator,

    /// <summary>Translates at once whatever it comes to, and waits for it: for tests of the translator, and slow.</summary>
    EagerTranslator,

    /// <summary>The same with the first of the two compilers alone.</summary>
    EagerBaseline,

    /// <summary>Interprets everything: less memory, no background work.</summary>
    Interpreter,
}
