// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Where the service listens.</summary>
public static class ControlSocket
{
    /// <summary>The environment variable that names the socket.</summary>
    public const string EnvironmentVariable = "EHV_SOCKET";

    /// <summary>Where an installed service listens.</summary>
    public const string SystemPath = "/run/edge-hypervisor/control.sock";

    /// <summary>The protocol that a console's connection is upgraded to: raw bytes in both directions.</summary>
    public const string ConsoleProtocol = "edgehypervisor-console";

    /// <summary>The protocol that a debugger's connection is upgraded to: GDB's remote serial protocol.</summary>
    public const string GdbProtocol = "edgehypervisor-gdb";

    /// <summary>Longest path of a Unix socket in bytes (Linux: <c>sun_path</c> of 108 with its end).</summary>
    public const int MaximumPathBytes = 107;

    /// <summary>The socket to use: as given, else as the environment says, else the installed service's.</summary>
    public static string Resolve(string? given) =>
        given ?? Environment.GetEnvironmentVariable(EnvironmentVariable) ?? SystemPath;
}
