// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>The host's end of a guest's serial line: a terminal, a pseudo-terminal, a TCP connection.</summary>
internal interface ISerialLine : IDisposable
{
    /// <summary>Whether somebody types into this very terminal, which is in raw mode then.</summary>
    bool IsInteractive { get; }

    /// <summary>What happens when whoever sits there asks for the end.</summary>
    void OnQuit(Action quit);

    /// <summary>Begins to take input.</summary>
    void Start(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, CancellationToken cancellation);

    /// <summary>Writes output.</summary>
    void Write(ReadOnlySpan<byte> data);
}
