// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>
/// struct epoll_event: what is ready, and the user's 64 bits. It is packed on x86-64 (12 bytes) and on no other architecture (16), so
/// it is read and written by offset.
/// </summary>
/// <remarks>linux/eventpoll.h, EPOLL_PACKED.</remarks>
internal readonly struct EpollEvent(Architecture architecture)
{
    public const uint Readable = 1; // EPOLLIN

    /// <summary>This process's.</summary>
    public static EpollEvent Here { get; } = new(RuntimeInformation.ProcessArchitecture);

    public int LengthBytes => KeyOffset + sizeof(ulong);

    public int KeyOffset => architecture is Architecture.X64 ? 4 : 8;

    public void Write(Span<byte> memory, uint events, ulong key)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(memory, events);
        BinaryPrimitives.WriteUInt64LittleEndian(memory[KeyOffset..], key);
    }

    public ulong KeyOf(ReadOnlySpan<byte> memory) => BinaryPrimitives.ReadUInt64LittleEndian(memory[KeyOffset..]);
}
