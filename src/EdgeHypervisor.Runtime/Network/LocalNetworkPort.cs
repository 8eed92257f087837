// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A VM's end of a <see cref="LocalNetwork"/>.</summary>
public sealed class LocalNetworkPort : INetPort, IDisposable
{
    private const int MaximumWaiting = 128; // frames; what comes beyond is dropped, as a switch does

    private readonly LocalNetwork _network;
    private readonly byte[] _hardwareAddress;
    private readonly IVmTurn _turn;
    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _waiting = new();
    private Action? _readable;
    private bool _isPosted;

    internal LocalNetworkPort(LocalNetwork network, byte[] hardwareAddress, IVmTurn turn) =>
        (_network, _hardwareAddress, _turn) = (network, hardwareAddress, turn);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> HardwareAddress => _hardwareAddress;

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> frame) => _network.Forward(this, frame);

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out int lengthBytes)
    {
        byte[]? frame;
        lock (_lock) _waiting.TryDequeue(out frame);
        lengthBytes = frame?.Length ?? 0;
        frame?.CopyTo(buffer);
        return frame is not null;
    }

    /// <inheritdoc/>
    public void OnReadable(Action handler) => _readable = handler;

    /// <inheritdoc/>
    public void Dispose() => _network.Disconnect(this);

    /// <summary>A frame comes; from any thread.</summary>
    internal void Deliver(byte[] frame)
    {
        lock (_lock)
        {
            if (_waiting.Count == MaximumWaiting) return;
            _waiting.Enqueue(frame);
            if (_isPosted) return;
            _isPosted = true;
        }
        _turn.Post(Announce);
    }

    private void Announce()
    {
        lock (_lock) _isPosted = false;
        _readable?.Invoke();
    }
}
