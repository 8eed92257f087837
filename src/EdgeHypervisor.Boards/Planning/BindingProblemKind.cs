// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>Why a port cannot be bound.</summary>
public enum BindingProblemKind : byte
{
    /// <summary>The board has no such role.</summary>
    MissingRole,

    /// <summary>The machine has no such device.</summary>
    MissingDevice,

    /// <summary>The peripheral's driver is missing, or its options are wrong, or it could not be opened.</summary>
    Unusable,

    /// <summary>The port and the peripheral are of different kinds.</summary>
    WrongKind,

    /// <summary>The policy, budget or address makes no sense for this kind of peripheral.</summary>
    WrongTerms,

    /// <summary>Another VM or port has it on terms that do not go together with these.</summary>
    Conflict,

    /// <summary>Two targets of a guest's bus have the same address.</summary>
    AddressClash,

    /// <summary>Another board has it, and does not lend it.</summary>
    NotLent,

    /// <summary>The mapping forbids the move, or asks for what this version cannot do.</summary>
    MoveForbidden,

    /// <summary>Somebody outside of this service has the peripheral (a driver of the kernel, another program), or it is not there.</summary>
    Unavailable,

    /// <summary>The board's file contradicts itself: a peripheral on a supply pin, or on a pin that leads to another line.</summary>
    WrongPin,
}
