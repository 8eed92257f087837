// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Stm32;

/// <summary>Flash interface: unlocked by two keys, programs what the guest stores, erases sectors or everything. Never busy.</summary>
/// <remarks>ST PM0059 (STM32F205 flash programming) and RM0090, chapter 3. Not modelled: option bytes, wait states, the second bank.</remarks>
internal sealed class StmFlash : RegisterDevice
{
    private const uint Program = 1, SectorErase = 2, MassErase = 4, Start = 1 << 16, Locked = 1u << 31;
    private const uint Key1 = 0x4567_0123, Key2 = 0xCDEF_89AB;
    private const uint EndOfOperation = 1, ProgramError = 1 << 7;
    private const ulong FlashStart = 0x0800_0000;

    private readonly IGuestMemory _memory;
    private readonly DeviceRegister _control, _status, _keys;
    private readonly ulong _lengthBytes;

    public StmFlash(IDeviceContext context) : base(context.Unassigned)
    {
        _memory = context.Memory;
        _lengthBytes = (ulong)context.Options.GetBytes("size", 1 << 20);
        Map.Add(0x00, "access");
        _keys = Map.Hidden("keys", bits: 1);
        Map.Write(0x04, Unlock);
        Map.Write(0x08, _ => { });
        _status = Map.Hidden("status", bits: 0xF3);
        Map.Read(0x0C, () => _status.Value).Write(0x0C, bits => _status.Value &= ~bits);
        _control = Map.Hidden("control", reset: Locked);
        Map.Read(0x10, () => _control.Value).Write(0x10, Control);
        Map.Add(0x14, "options", reset: 0x0FFF_AAED);
        _memory.OnReadOnlyStore(FlashStart, _lengthBytes, Store);
    }

    public override uint WindowBytes => 0x400;

    private void Unlock(uint key)
    {
        if (key == Key1) _keys.Value = 1;
        else if (key == Key2 && _keys.Value != 0) _control.Set(Locked, false);
        else _keys.Value = 0;
    }

    private void Control(uint value)
    {
        if (_control.Has(Locked)) return;
        _control.Value = value & (0x0100_037F | Locked);
        if ((value & Start) == 0) return;
        if ((value & MassErase) != 0) Erase(0, _lengthBytes);
        else if ((value & SectorErase) != 0) EraseSector(value >> 3 & 0xF);
        _status.Set(EndOfOperation);
    }

    // Sectors of 16 KiB four times, 64 KiB, then 128 KiB each.
    private void EraseSector(uint sector)
    {
        const ulong kib = 1024;
        if (sector < 4) Erase(sector * 16 * kib, 16 * kib);
        else if (sector == 4) Erase(64 * kib, 64 * kib);
        else Erase((sector - 4) * 128 * kib, 128 * kib);
    }

    private void Erase(ulong offset, ulong lengthBytes)
    {
        if (offset + lengthBytes > _lengthBytes) return;
        var ones = new byte[lengthBytes];
        Array.Fill(ones, (byte)0xFF);
        _memory.TryProgram(FlashStart + offset, ones);
    }

    private bool Store(ulong address, AccessWidth width, ulong value)
    {
        if (_control.Has(Locked) || !_control.Has(Program))
        {
            _status.Set(ProgramError);
            return true; // the flash ignores it and says so
        }
        Span<byte> bytes = stackalloc byte[8];
        var present = bytes[..(int)width];
        if (!_memory.TryRead(address, present)) return false;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, BinaryPrimitives.ReadUInt64LittleEndian(bytes) & value);
        return _memory.TryProgram(address, present);
    }
}
