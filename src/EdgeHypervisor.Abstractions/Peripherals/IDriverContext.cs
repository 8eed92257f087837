// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>What a driver is given.</summary>
public interface IDriverContext
{
    /// <summary>The board's name.</summary>
    string BoardName { get; }

    /// <summary>Host time, so that tests own it.</summary>
    TimeProvider Time { get; }

    /// <summary>
    /// Things that the drivers of one board share, made by the first that asks: a simulated bus with its targets, a chip
    /// that carries lines as well as PWM channels. Disposed with the board.
    /// </summary>
    T Share<T>(string key, Func<T> make)
        where T : class;

    /// <summary>Where open files outlive the service; null where nothing does.</summary>
    IFileKeeper? Files => null;

    /// <summary>Says something to the board's log, once.</summary>
    void Report(string message);
}
