// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <content>Telling of exceptions. Arm B1.5.2.</content>
internal sealed unsafe partial class ExceptionUnit
{
    private static readonly string[] Names =
    [
        "none", "Reset", "NMI", "HardFault", "MemManage", "BusFault", "UsageFault", "reserved",
        "reserved", "reserved", "reserved", "SVCall", "DebugMonitor", "reserved", "PendSV", "SysTick",
    ];

    private static readonly string[] IrqNames = [.. Enumerable.Range(0, (Words * 64) - ExceptionNumber.FirstIrq).Select(irq => $"IRQ{irq}")];

    /// <summary>Hears of each exception that is taken and of each return; null for nobody.</summary>
    public Action<TrapInfo>? Taken { get; set; }

    // After the entry; a fault brings along what the processor wrote down of it.
    private void TellEntry(int number, ulong from)
    {
        if (Taken is not { } hear) return;
        var isFault = number is >= ExceptionNumber.HardFault and <= ExceptionNumber.UsageFault;
        var kind = isFault || number == ExceptionNumber.SvCall ? TrapKind.Exception : TrapKind.Interrupt;
        var name = number < ExceptionNumber.FirstIrq ? Names[number] : IrqNames[number - ExceptionNumber.FirstIrq];
        hear(new TrapInfo(kind, (uint)number, name, from, cpu->State.Pc, isFault ? cpu->State.Cfsr : 0));
    }

    private void TellReturn(ulong from) =>
        Taken?.Invoke(new TrapInfo(TrapKind.Return, 0, cpu->State.Exception == 0 ? "to thread" : "to handler", from, cpu->State.Pc, 0));
}
