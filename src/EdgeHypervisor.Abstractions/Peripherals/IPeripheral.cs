// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// One real thing on a board, opened by its driver: one of <see cref="IGpioLine"/>, <see cref="II2cTarget"/>,
/// <see cref="ISpiDevice"/>, <see cref="IPwmChannel"/>, <see cref="ISerialPort"/>, <see cref="IAdcChannel"/> and
/// <see cref="ILed"/>. Members may block; the arbiter calls them one at a time, and only its own threads wait.
/// Failure of the hardware is a <see cref="BusStatus"/> where there is one, else a <see cref="PeripheralException"/>.
/// </summary>
public interface IPeripheral : IDisposable;
