// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>How an access that translated code had its core make came out.</summary>
public enum DeviceOutcome
{
    /// <summary>It is done; the region goes on.</summary>
    GoOn = 0,

    /// <summary>It was not made: the interpreter is to execute the instruction.</summary>
    Interpret = 1,

    /// <summary>It is done; before the next instruction the core is to look at what came of it.</summary>
    Leave = 2,
}
