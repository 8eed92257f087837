// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>A serial line that nobody is at.</summary>
internal sealed class NoSerialLine : ISerialLine
{
    public bool IsInteractive => false;

    public void OnQuit(Action quit)
    {
    }

    public void Start(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, CancellationToken cancellation)
    {
    }

    public void Write(ReadOnlySpan<byte> data)
    {
    }

    public void Dispose()
    {
    }
}
