// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// What a device is given: its options, time, wires and ports. It knows offsets and names, never its address, interrupt
/// number, thread or logger. Everything is used on the VM's turn only, so a device needs no locks.
/// </summary>
public interface IDeviceContext
{
    /// <summary>The device's name in the machine: <c>uart0</c>.</summary>
    string Name { get; }

    /// <summary>Its options in the machine description.</summary>
    ComponentOptions Options { get; }

    /// <summary>The VM's time.</summary>
    IGuestClock Clock { get; }

    /// <summary>Guest memory, for devices that read and write it themselves.</summary>
    IGuestMemory Memory { get; }

    /// <summary>Where an access to an offset that means nothing goes: counted, logged once, never an error.</summary>
    IUnassigned Unassigned { get; }

    /// <summary>Power off and reset of the whole VM.</summary>
    IMachineControl Machine { get; }

    /// <summary>
    /// An interrupt output by the device's own name for it (<c>irq</c>, <c>irq3</c>, <c>mtip0</c>); the machine description
    /// wires it. An output that is not wired goes nowhere.
    /// </summary>
    IInterruptLine Output(string name);

    /// <summary>The port <c>name/index</c> for a digital line; a port that is not mapped floats at its bias.</summary>
    IGpioPort Gpio(int index);

    /// <summary>The serial port of this device.</summary>
    IUartPort Uart();

    /// <summary>The I2C port of this device; an address that is not mapped does not acknowledge.</summary>
    II2cPort I2c();

    /// <summary>The SPI port for a chip select; one that is not mapped reads ones.</summary>
    ISpiPort Spi(int chipSelect);

    /// <summary>A PWM output.</summary>
    IPwmPort Pwm(int index);

    /// <summary>An analogue input; one that is not mapped reads 0 V.</summary>
    IAdcPort Adc(int index);

    /// <summary>The disk of this device; null when none is mapped.</summary>
    IBlockPort? Block() => null;

    /// <summary>The network port of this device; null when none is mapped.</summary>
    INetPort? Net() => null;

    /// <summary>
    /// What the devices of one machine have in common, such as the event system of a microcontroller: made by the first that
    /// asks, found by the others. Known by its type, which is the plugin's own, so no two plugins meet in one. It is no state:
    /// what has to be saved belongs to one of the devices.
    /// </summary>
    T Share<T>(Func<T> make)
        where T : class => make();

    /// <summary>
    /// The wall clock in nanoseconds since 1970-01-01 UTC. In a deterministic VM it is guest time, so that a run can be
    /// repeated; it may jump when a VM moves.
    /// </summary>
    long WallClockNs => Clock.NowNs;

    /// <summary>
    /// In a deterministic VM, the bytes that a source of randomness starts from; empty elsewhere, where the host's
    /// randomness is used.
    /// </summary>
    ReadOnlyMemory<byte> RandomSeed => ReadOnlyMemory<byte>.Empty;
}
