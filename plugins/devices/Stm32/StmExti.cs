// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Stm32;

/// <summary>External interrupts: edges of pins, and software's own, on 23 lines. Outputs <c>irq0</c> to <c>irq4</c>, <c>irq5</c> (5 to 9) and <c>irq10</c> (10 to 15).</summary>
/// <remarks>ST RM0033, chapter 8.2. Not modelled: lines 16 to 22, which belong to other blocks, but for software's request; events that wake without an interrupt.</remarks>
internal sealed class StmExti : RegisterDevice
{
    private const uint Lines = 0x7F_FFFF;
    private static readonly (string Name, uint Mask)[] Outputs =
        [("irq0", 1), ("irq1", 2), ("irq2", 4), ("irq3", 8), ("irq4", 0x10), ("irq5", 0x3E0), ("irq10", 0xFC00)];

    private readonly IInterruptLine[] _irqs;
    private readonly DeviceRegister _mask, _rising, _falling, _pending;
    private readonly PinBank _bank;

    public StmExti(IDeviceContext context) : base(context.Unassigned)
    {
        _bank = context.Share(() => new PinBank());
        _bank.Changed = OnPin;
        _irqs = [.. Outputs.Select(output => context.Output(output.Name))];
        _mask = Map.Add(0x00, "interruptMask", bits: Lines);
        Map.Add(0x04, "eventMask", bits: Lines);
        _rising = Map.Add(0x08, "rising", bits: Lines);
        _falling = Map.Add(0x0C, "falling", bits: Lines);
        _pending = Map.Hidden("pending", bits: Lines);
        var software = Map.Hidden("software", bits: Lines);
        Map.Read(0x10, () => software.Value).Write(0x10, bits =>
        {
            _pending.Value |= bits & ~software.Value & _mask.Value;
            software.Value |= bits & Lines;
        });
        Map.Read(0x14, () => _pending.Value).Write(0x14, bits =>
        {
            _pending.Value &= ~bits;
            software.Value &= ~bits;
        });
    }

    public override uint WindowBytes => 0x400;

    protected override void Update()
    {
        for (var i = 0; i < Outputs.Length; i++) _irqs[i].Drive((_pending.Value & _mask.Value & Outputs[i].Mask) != 0);
    }

    private void OnPin(int port, int pin, bool level)
    {
        if (_bank.PortOfLine(pin) != port || !(level ? _rising : _falling).Has(1u << pin)) return;
        _pending.Value |= 1u << pin;
        Update();
    }
}
