// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The options of a serial port.</summary>
/// <param name="Owner">For messages.</param>
/// <param name="Path">Its device file: <c>/dev/serial0</c>.</param>
/// <param name="Baud">Bits a second; any number that the hardware comes near to.</param>
/// <param name="DataBits">5 to 8.</param>
/// <param name="Parity">The parity bit.</param>
/// <param name="StopBits">1 or 2.</param>
/// <param name="Flow">Flow control.</param>
/// <param name="Rs485">Half duplex with the driver enabled by RTS; null for a plain line.</param>
internal sealed record LinuxSerialSettings(
    string Owner, string Path, uint Baud, int DataBits, SerialParity Parity, int StopBits, SerialFlow Flow, TtyUapi.Rs485? Rs485)
{
    /// <summary>Makes the kernel's settings ours: raw, nothing echoed or translated.</summary>
    public void Apply(ref TtyUapi.Settings settings)
    {
        settings.Input = (Parity == SerialParity.None ? 0 : TtyUapi.CheckParity | TtyUapi.DropWrongParity)
            | (Flow == SerialFlow.XonXoff ? TtyUapi.SoftwareFlowIn | TtyUapi.SoftwareFlowOut : 0);
        (settings.Output, settings.Local) = (0, 0);
        settings.Control = TtyUapi.Receive | TtyUapi.NoModemLines | TtyUapi.SpeedIsNumber
            | ((uint)(DataBits - 5) << (int)TtyUapi.DataBitsShift)
            | (StopBits == 2 ? TtyUapi.TwoStopBits : 0)
            | (Flow == SerialFlow.RtsCts ? TtyUapi.HardwareFlow : 0)
            | Parity switch
            {
                SerialParity.Even => TtyUapi.Parity,
                SerialParity.Odd => TtyUapi.Parity | TtyUapi.OddParity,
                SerialParity.Mark => TtyUapi.Parity | TtyUapi.OddParity | TtyUapi.StickyParity,
                SerialParity.Space => TtyUapi.Parity | TtyUapi.StickyParity,
                _ => 0,
            };
        (settings.InputSpeed, settings.OutputSpeed) = (Baud, Baud);
        (settings.Characters[TtyUapi.MinimumIndex], settings.Characters[TtyUapi.TimeIndex]) = (1, 0);
    }
}
