// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>
/// Flash controller: with CONFIG at write, the guest's word stores to code flash and UICR clear bits; with CONFIG at erase,
/// a page or everything goes back to ones. Always ready.
/// </summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapter 6. Not modelled: protection (MPU block, RBPCONF), the time it takes.</remarks>
internal sealed class NrfNvmc : RegisterDevice
{
    private const uint Write1 = 1, Erase = 2;
    private const ulong Uicr = 0x1000_1000;
    private const int UicrBytes = 0x1000, PageBytes = 0x400;

    private readonly IGuestMemory _memory;
    private readonly DeviceRegister _configuration;
    private readonly ulong _codeBytes;

    public NrfNvmc(IDeviceContext context) : base(context.Unassigned)
    {
        _memory = context.Memory;
        _codeBytes = (ulong)context.Options.GetBytes("codeSize", 256 * 1024);
        Map.Constants(0x400, 1);
        _configuration = Map.Add(0x504, "configuration", bits: 3);
        Map.Write(0x508, page => ErasePages(page, PageBytes));
        Map.Write(0x510, page => ErasePages(page, PageBytes)); // ERASEPCR0
        Map.Write(0x50C, value =>
        {
            if ((value & 1) == 0) return;
            ErasePages(0, (int)_codeBytes);
            ErasePages(Uicr, UicrBytes);
        });
        Map.Write(0x514, value =>
        {
            if ((value & 1) != 0) ErasePages(Uicr, UicrBytes);
        });
        _memory.OnReadOnlyStore(0, _codeBytes, Program);
        _memory.OnReadOnlyStore(Uicr, UicrBytes, Program);
    }

    private bool Program(ulong address, AccessWidth width, ulong value)
    {
        if (_configuration.Value != Write1 || width != AccessWidth.Word) return false;
        Span<byte> word = stackalloc byte[4];
        if (!_memory.TryRead(address, word)) return false;
        BinaryPrimitives.WriteUInt32LittleEndian(word, BinaryPrimitives.ReadUInt32LittleEndian(word) & (uint)value);
        return _memory.TryProgram(address, word);
    }

    private void ErasePages(ulong address, int lengthBytes)
    {
        if (_configuration.Value != Erase) return;
        address &= ~(ulong)(PageBytes - 1);
        if (address < Uicr && (address > _codeBytes || _codeBytes - address < (ulong)lengthBytes)) return;
        if (address >= Uicr && address + (ulong)lengthBytes > Uicr + UicrBytes) return;
        var ones = new byte[lengthBytes];
        Array.Fill(ones, (byte)0xFF);
        _memory.TryProgram(address, ones);
    }
}
