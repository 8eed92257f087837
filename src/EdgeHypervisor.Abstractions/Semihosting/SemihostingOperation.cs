// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>What a guest asks of its host. Semihosting for AArch32 and AArch64, version 3, section 6.</summary>
internal enum SemihostingOperation : uint
{
    Open = 0x01,
    Close = 0x02,
    WriteCharacter = 0x03,
    WriteText = 0x04,
    Write = 0x05,
    Read = 0x06,
    ReadCharacter = 0x07,
    IsError = 0x08,
    IsTerminal = 0x09,
    Seek = 0x0A,
    Length = 0x0C,
    TemporaryName = 0x0D,
    Remove = 0x0E,
    Rename = 0x0F,
    Clock = 0x10,
    Time = 0x11,
    Command = 0x12,
    ErrorNumber = 0x13,
    CommandLine = 0x15,
    HeapInformation = 0x16,
    Exit = 0x18,
    ExitExtended = 0x20,
    Elapsed = 0x30,
    TickFrequency = 0x31,
}
