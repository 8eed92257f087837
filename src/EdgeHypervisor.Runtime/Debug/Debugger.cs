// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;

namespace EdgeHypervisor.Runtime;

/// <summary>The place of the one debugger that a VM has room for, whichever way it comes in. Free again when disposed.</summary>
public sealed class Debugger : IDisposable
{
    private readonly VirtualMachine _vm;
    private int _isOver;

    private Debugger(VirtualMachine vm) => _vm = vm;

    /// <summary>Takes the place. The VM goes on until <see cref="ServeAsync"/>.</summary>
    /// <returns>Null when another debugger has it.</returns>
    /// <exception cref="NotSupportedException">The VM's core cannot be looked into.</exception>
    public static Debugger? TryAttach(VirtualMachine vm)
    {
        Check(vm);
        return vm.TryTakeDebugger() ? new Debugger(vm) : null;
    }

    /// <summary>Says no to a VM that no debugger can look into.</summary>
    /// <exception cref="NotSupportedException">The VM's core cannot be looked into.</exception>
    public static void Check(VirtualMachine vm)
    {
        if (vm.DebuggableCores.Count == 0)
            throw new NotSupportedException($"VM {vm.Name}: its core {vm.Blueprint.CorePlugin} cannot be looked into by a debugger");
    }

    /// <summary>Speaks GDB's remote serial protocol until the debugger leaves or the connection breaks.</summary>
    /// <param name="stream">The connection; not disposed.</param>
    /// <param name="cancellation">Ends the session; what it set is taken away, and a VM that ran before runs again.</param>
    /// <param name="goesOn">Whether the VM runs afterwards also if it did not before.</param>
    public async Task ServeAsync(Stream stream, CancellationToken cancellation, bool goesOn = false)
    {
        try
        {
            using var session = new GdbSession(_vm, stream, goesOn);
            await session.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or VmStateException)
        {
            // The connection broke, or the VM is gone: nobody is left to tell.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0) _vm.LeaveDebugger();
    }
}
