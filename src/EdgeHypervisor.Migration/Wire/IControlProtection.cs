// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Makes control messages what only their receiver can read and only their sender can have made. Thread-safe.</summary>
public interface IControlProtection
{
    /// <summary>Whether a sender's name is proved; where not, it is what the message says.</summary>
    bool ProvesSenders { get; }

    /// <summary>The largest number of bytes that protecting adds.</summary>
    int OverheadBytes { get; }

    /// <summary>Protects a message of this board.</summary>
    /// <exception cref="MoveException">This board does not know the receiver's key, or does not trust it.</exception>
    byte[] Protect(string receiver, ReadOnlySpan<byte> message);

    /// <summary>Opens a message to this board and says who made it.</summary>
    /// <exception cref="FormatException">It is not from a board that is trusted, or was changed.</exception>
    (string Sender, byte[] Message) Open(ReadOnlyMemory<byte> payload);
}
