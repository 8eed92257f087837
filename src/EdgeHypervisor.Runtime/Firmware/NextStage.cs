// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Runtime;

/// <summary>What firmware is told of the program that it starts.</summary>
/// <param name="Entry">Where that begins.</param>
/// <param name="Is32Bit">Whether the machine's words have 32 bits.</param>
/// <remarks>OpenSBI, docs/firmware/fw_dynamic.md: <c>struct fw_dynamic_info</c>, whose address comes in the third argument register.</remarks>
public readonly record struct NextStage(ulong Entry, bool Is32Bit)
{
    private const ulong Magic = 0x4942_534f; // "OSBI"
    private const ulong Version = 2, SupervisorMode = 1, NoOptions = 0, BootHart = 0;

    /// <summary>The structure's bytes.</summary>
    public byte[] ToBytes()
    {
        ReadOnlySpan<ulong> fields = [Magic, Version, Entry, SupervisorMode, NoOptions, BootHart];
        var wordBytes = Is32Bit ? sizeof(uint) : sizeof(ulong);
        var bytes = new byte[fields.Length * wordBytes];
        for (var i = 0; i < fields.Length; i++)
        {
            var word = bytes.AsSpan(i * wordBytes);
            if (Is32Bit) BinaryPrimitives.WriteUInt32LittleEndian(word, (uint)fields[i]);
            else BinaryPrimitives.WriteUInt64LittleEndian(word, fields[i]);
        }
        return bytes;
    }
}
