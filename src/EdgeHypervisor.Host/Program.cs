// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using EdgeHypervisor.Host;

const int usage = 2, incomplete = 1;
try
{
    var arguments = DaemonArguments.Parse(args);
    if (arguments.IsHelp) Console.Out.Write(DaemonArguments.Usage);
    if (arguments.IsVersion) Console.Out.WriteLine(Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
    if (arguments.IsHelp || arguments.IsVersion) return 0;

    var options = OptionsValidator.Validate(arguments.WithFile());
    await using var daemon = new Daemon(options);
    if (arguments.IsCheck)
    {
        var missing = daemon.CheckBoard();
        foreach (var problem in missing) await Console.Error.WriteLineAsync($"edge-hypervisord: {problem}");
        await Console.Out.WriteLineAsync("edge-hypervisord: " + (missing.Count == 0
            ? "the settings are fine"
            : $"the service would start, but VMs could not have {missing.Count} of the board's peripherals (above)"));
        return missing.Count == 0 ? 0 : incomplete;
    }
    await daemon.RunAsync();
    return 0;
}
catch (ConfigurationException e)
{
    foreach (var error in e.Errors) await Console.Error.WriteLineAsync($"edge-hypervisord: {error}");
    return usage;
}
