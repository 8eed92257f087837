// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>How a digital line is used.</summary>
/// <param name="Direction">Input, output, or neither.</param>
/// <param name="Bias">The resistor of an input.</param>
/// <param name="Drive">The stage of an output.</param>
public readonly record struct GpioMode(GpioDirection Direction, GpioBias Bias = GpioBias.AsIs, GpioDrive Drive = GpioDrive.PushPull)
{
    /// <summary>Whether an output pulls its line nowhere at a level: an open one at its upper, or its lower, one.</summary>
    public bool LetsGoAt(bool level) => Direction == GpioDirection.Output && Drive switch
    {
        GpioDrive.OpenDrain => level,
        GpioDrive.OpenSource => !level,
        _ => false,
    };
}

/// <summary>Which way a digital line goes.</summary>
public enum GpioDirection : byte
{
    /// <summary>Neither read nor driven.</summary>
    Disconnected,

    /// <summary>Read.</summary>
    Input,

    /// <summary>Driven.</summary>
    Output,
}

/// <summary>The resistor at an input.</summary>
public enum GpioBias : byte
{
    /// <summary>Whatever the board has.</summary>
    AsIs,

    /// <summary>None.</summary>
    Disabled,

    /// <summary>To the supply.</summary>
    PullUp,

    /// <summary>To ground.</summary>
    PullDown,
}

/// <summary>The stage of an output.</summary>
public enum GpioDrive : byte
{
    /// <summary>Drives both levels.</summary>
    PushPull,

    /// <summary>Drives low, lets go for high.</summary>
    OpenDrain,

    /// <summary>Drives high, lets go for low.</summary>
    OpenSource,
}
