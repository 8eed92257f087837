// SPDX-License-Identifier: Apache-2.0
global using EdgeHypervisor.Abstractions;
global using EdgeHypervisor.Translation;
global using EdgeHypervisor.Translation.FloatingPoint;
global using unsafe Handler = delegate*<
    EdgeHypervisor.Cores.RiscV.Hart*, EdgeHypervisor.Cores.RiscV.Instruction*, long, nint*, void>;
global using TranslationUnit = EdgeHypervisor.Translation.TranslationUnit<EdgeHypervisor.Cores.RiscV.TranslatedInstruction>;
