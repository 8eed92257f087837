// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A device's end of a <see cref="VmConsole"/>.</summary>
/// <param name="console">The host's end.</param>
/// <param name="turn">Where the device is told that input has come; one wake-up is outstanding at most.</param>
public sealed class ConsolePort(VmConsole console, IVmTurn turn) : IUartPort
{
    private Action? _readable;
    private int _posted;

    /// <inheritdoc/>
    public void Send(byte value) => console.Append(value);

    /// <inheritdoc/>
    public bool TryReceive(out byte value) => console.TryTake(out value);

    /// <inheritdoc/>
    public void OnReadable(Action handler)
    {
        _readable = handler;
        console.OnInput(PostReadable);
    }

    private void PostReadable()
    {
        if (Interlocked.Exchange(ref _posted, 1) == 0) turn.Post(Readable);
    }

    private void Readable()
    {
        Volatile.Write(ref _posted, 0);
        _readable?.Invoke();
    }
}
