// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>What can be set, in the configuration file and with <c>--set</c>.</summary>
internal static class SettingNames
{
    public const string Board = "board";
    public const string Name = "name";
    public const string Data = "data";
    public const string Socket = "socket";
    public const string Plugins = "plugins";
    public const string Machines = "machines";
    public const string Checkpoint = "checkpoint";
    public const string Workers = "workers";
    public const string Log = "log";
    public const string GuestMemory = "guestMemory";
    public const string TransportPlugin = "transport.plugin";

    /// <summary>Before the names that the transport's plugin gives a meaning to: <c>transport.host</c>.</summary>
    public const string TransportPrefix = "transport.";

    public static IReadOnlyList<string> All { get; } =
        [Board, Name, Data, Socket, Plugins, Machines, Checkpoint, Workers, Log, GuestMemory, TransportPlugin];

    public static bool IsKnown(string name) => All.Contains(name) || name.StartsWith(TransportPrefix, StringComparison.Ordinal);

    public static bool IsPath(string name) => name is Board or Data or Socket or Plugins or Machines;

    public static bool IsList(string name) => name is Plugins or Machines;
}
