// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Host;

/// <summary>What a path leads to, where .NET does not tell. statx(2), whose structure is the same on every processor.</summary>
internal static unsafe partial class FileKind
{
    private const int CurrentFolder = -100, NoFollow = 0x100; // AT_FDCWD, AT_SYMLINK_NOFOLLOW
    private const uint Type = 1; // STATX_TYPE
    private const int StructureBytes = 256, ModeOffset = 28; // stx_mode
    private const int TypeMask = 0xF000, Socket = 0xC000; // S_IFMT, S_IFSOCK

    /// <summary>Whether it is a Unix socket, and no link to one.</summary>
    public static bool IsSocket(string path)
    {
        var answer = stackalloc byte[StructureBytes];
        return statx(CurrentFolder, path, NoFollow, Type, answer) == 0
            && (BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(answer + ModeOffset, sizeof(ushort))) & TypeMask) == Socket;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* answer);
}
