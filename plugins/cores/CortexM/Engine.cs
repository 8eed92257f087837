// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>How guest code is run.</summary>
internal enum Engine : byte
{
    /// <summary>Interpreted, and translated where it is hot.</summary>
    Translator,

    /// <summary>Interpreted only.</summary>
    Interpreter,

    /// <summary>Translated at once wherever possible; for tests.</summary>
    EagerTranslator,

    /// <summary>The same with the first of the two compilers alone.</summary>
    EagerBaseline,
}
