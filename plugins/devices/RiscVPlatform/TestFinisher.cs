// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.RiscVPlatform;

/// <summary>SiFive test finisher: one word by which the guest powers the machine off, with an exit code, or resets it.</summary>
/// <remarks>
/// Device-tree binding <c>sifive,test0</c>, which QEMU's <c>virt</c> also describes as <c>syscon</c> with
/// <c>syscon-poweroff</c> and <c>syscon-reboot</c>. Other values are ignored, as in QEMU. It has no state.
/// </remarks>
internal sealed class TestFinisher(IMachineControl machine, IUnassigned unassigned) : IMmioDevice, IDeviceTreeSource
{
    private const ushort Fail = 0x3333, Pass = 0x5555, ResetMachine = 0x7777;

    /// <inheritdoc/>
    public DeviceTreeDescription DeviceTree { get; } = new("test", "sifive,test1", "sifive,test0", "syscon")
    {
        Companions =
        [
            new DeviceTreeDescription("poweroff", "syscon-poweroff") { Properties = Register(Pass) },
            new DeviceTreeDescription("reboot", "syscon-reboot") { Properties = Register(ResetMachine) },
        ],
    };

    /// <inheritdoc/>
    public uint WindowBytes => 0x1000;

    /// <inheritdoc/>
    public ulong Read(uint offset, AccessWidth width) => offset == 0 ? 0 : unassigned.Read(offset);

    /// <inheritdoc/>
    public void Write(uint offset, AccessWidth width, ulong value)
    {
        if (offset != 0 || width == AccessWidth.Byte)
        {
            unassigned.Write(offset, value);
            return;
        }
        switch ((ushort)value)
        {
            case Pass: machine.PowerOff(0); break;
            case Fail: machine.PowerOff(ExitCode((ushort)(value >> 16))); break;
            case ResetMachine: machine.Reset(); break;
        }
    }

    /// <inheritdoc/>
    public void Reset() { }

    /// <inheritdoc/>
    public void Save(IStateWriter state) { }

    /// <inheritdoc/>
    public void Restore(IStateReader state) { }

    private static DeviceTreeProperty[] Register(uint value) =>
        [DeviceTreeProperty.Cells("offset", 0), DeviceTreeProperty.Cells("value", value)];

    /// <summary>A guest that says it failed never ends with the code of success.</summary>
    private static int ExitCode(ushort code) => code == 0 ? 1 : code;
}
