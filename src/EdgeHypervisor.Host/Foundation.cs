// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.PluginLoading;

namespace EdgeHypervisor.Host;

/// <summary>
/// What the service finds on its disk when it starts. It needs nothing of the web host, which takes as long to build:
/// on two cores the service is ready in little more than the time of one of them.
/// </summary>
/// <param name="Plugins">All that are installed.</param>
/// <param name="Drivers">The drivers among them; those of this board are in memory.</param>
/// <param name="Machines">The descriptions of machines.</param>
/// <param name="Board">The description of this board.</param>
/// <param name="Trust">Its keys, and whom it trusts.</param>
internal sealed record Foundation(PluginRepository Plugins, DriverCatalog Drivers, MachineLibrary Machines, BoardDescription Board, BoardTrust Trust)
{
    /// <summary>Reads all of it, on as many cores as there are.</summary>
    /// <param name="options">Where it lies.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="time">Host time.</param>
    /// <param name="report">Gets what is worth a line in the log.</param>
    /// <exception cref="ConfigurationException">Something that is set does not fit.</exception>
    public static Foundation Read(DaemonOptions options, DataFolder data, TimeProvider time, Action<string> report)
    {
        var finding = Task.Run(() => new PluginRepository([data.Plugins, .. options.PluginFolders]));
        var machines = new MachineLibrary(options.MachineFolders);
        var board = ReadBoard(options.BoardFile);
        var opening = Task.Run(() => BoardTrust.Open(data.Keys, options.Name ?? board.Name, options.OperatorsFile, time, report));
        var plugins = finding.GetAwaiter().GetResult();
        var drivers = new DriverCatalog(plugins, report);
        drivers.Load(board.Peripherals.Select(peripheral => peripheral.PluginId).Distinct(StringComparer.Ordinal));
        return new Foundation(plugins, drivers, machines, board, opening.GetAwaiter().GetResult());
    }

    private static BoardDescription ReadBoard(string file)
    {
        try
        {
            return DescriptionReader.ReadBoard(file);
        }
        catch (DescriptionException e)
        {
            throw new ConfigurationException([.. e.Errors.Select(error => error.ToString())]);
        }
    }
}
