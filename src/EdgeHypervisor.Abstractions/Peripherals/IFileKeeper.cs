// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// Keeps open files while the service is started anew, crashes included, so that what their being open holds in the kernel
/// is held on: an output that is let go of falls back to its pull. Any thread.
/// </summary>
/// <remarks>
/// The host keeps them with its service manager (systemd's file descriptor store). A driver keeps a line's file while the
/// line drives, and drops it when it ceases to; that it is closed, with the board or the service, drops nothing.
/// </remarks>
public interface IFileKeeper
{
    /// <summary>
    /// Keeps a duplicate of an open file under a name, in place of what was kept under it: 1 to 200 printable ASCII characters,
    /// no colon and no blank, the same for the same thing at every start.
    /// </summary>
    void Keep(string name, int descriptor);

    /// <summary>
    /// The file kept under a name by an earlier run of the service or by this one, which is the caller's then, to check whether
    /// it is what it should be, to use and to close; it remains kept. Null when there is none.
    /// </summary>
    int? Take(string name);

    /// <summary>Ceases to keep a file: what it holds is let go of once nobody else has it open.</summary>
    void Drop(string name);
}
