// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Stm32;

/// <summary>A timer: counts up to its reload value, four compare registers, one pulse or on and on, PWM outputs.</summary>
/// <remarks>
/// ST RM0033, chapters 12 to 15. The option <c>clockHz</c> is the timer's clock. The output <c>irq</c> is all of a timer's interrupts;
/// the advanced timers have those of updates and of the compare registers apart. Not modelled: counting down and centre-aligned, input
/// capture, slave modes, DMA, the repetition counter, dead time; prescaler and reload take effect when written.
/// </remarks>
internal sealed class StmTim : RegisterDevice
{
    private const int Channels = 4;
    private const uint CounterEnable = 1, OnePulse = 8, UpdateFlag = 1, CompareFlags = 0x1E, PwmMode1 = 6, PwmMode2 = 7;

    private readonly IInterruptLine _irq, _update, _compares;
    private readonly IPwmPort[] _outputs;
    private readonly IGuestTimer _timer;
    private readonly uint _clockHz;
    private readonly TickCounter _counter;
    private readonly DeviceRegister _control, _enable, _status, _capture, _prescaler, _reload, _seen;
    private readonly DeviceRegister[] _modes, _compare;

    public StmTim(IDeviceContext context) : base(context.Unassigned)
    {
        (_irq, _update, _compares) = (context.Output("irq"), context.Output("update"), context.Output("compare"));
        _outputs = Numbered.Make(Channels, context.Pwm);
        _clockHz = (uint)context.Options.GetInteger("clockHz", fallback: 60_000_000, minimum: 1, maximum: 1_000_000_000);
        _counter = Map.Include("counter", new TickCounter(context.Clock, _clockHz));
        _timer = context.Clock.CreateTimer(() =>
        {
            CatchUp();
            Update();
        });
        _seen = Map.Hidden("seen");
        _control = Map.Add(0x00, "control", bits: 0x3FF, written: _ => _counter.Run(_control!.Has(CounterEnable)));
        Map.Add(0x04, "control2", bits: 0x7FFD);
        Map.Add(0x08, "slaveMode", bits: 0xFFF7);
        _enable = Map.Add(0x0C, "interruptEnable", bits: 0x7FFF);
        _status = Map.Hidden("status", bits: 0x1EFF);
        Map.Read(0x10, () => _status.Value).Write(0x10, bits => _status.Value &= bits);
        Map.Write(0x14, Generate);
        _modes = Map.AddRow(0x18, "captureMode", 2, bits: 0xFFFF);
        _capture = Map.Add(0x20, "captureEnable", bits: 0xFFFF);
        Map.Read(0x24, () => (uint)(_counter.Count % Period)).Write(0x24, value =>
        {
            _seen.Value = Math.Min(value, _reload!.Value);
            _counter.Set(_seen.Value);
        });
        _prescaler = Map.Add(0x28, "prescaler", bits: 0xFFFF, written: _ => _counter.SetRate(_clockHz, _prescaler!.Value + 1));
        _reload = Map.Add(0x2C, "reload", reset: (uint)context.Options.GetInteger("width", fallback: 32, minimum: 16, maximum: 32) == 16 ? 0xFFFF : uint.MaxValue);
        Map.Add(0x30, "repetition", bits: 0xFF);
        _compare = Map.AddRow(0x34, "compare", Channels);
        Map.Add(0x44, "breakAndDeadTime", bits: 0xFFFF);
        Map.Add(0x48, "dma", bits: 0x1F1F);
        Map.Add(0x50, "remap", bits: 0xFFFF);
    }

    public override uint WindowBytes => 0x400;

    private ulong Period => _reload.Value + 1UL;

    protected override void Refresh() => CatchUp();

    protected override void Update()
    {
        var raised = _status.Value & _enable.Value & 0xFF;
        _irq.Drive(raised != 0);
        _update.Drive((raised & UpdateFlag) != 0);
        _compares.Drive((raised & CompareFlags) != 0);
        SetTimer();
        for (var i = 0; i < Channels; i++) _outputs[i].Set(Wave(i));
    }

    private void Generate(uint bits)
    {
        _status.Value |= bits & 0x1F;
        if ((bits & 1) == 0) return;
        _counter.Set(0);
        _seen.Value = 0;
    }

    private void CatchUp()
    {
        var (count, seen) = (_counter.Count, _seen.Value % Period);
        if (!_counter.IsRunning || count <= seen) return;
        for (var i = 0; i < Channels; i++)
        {
            if (_compare[i].Value <= _reload.Value && Distance(seen, _compare[i].Value) <= count - seen) _status.Set(2u << i);
        }
        if (count >= Period) Overflow(count);
        else _seen.Value = (uint)count;
    }

    private void Overflow(ulong count)
    {
        _status.Set(UpdateFlag);
        if (_control.Has(OnePulse))
        {
            _control.Set(CounterEnable, false);
            _counter.Stop();
            _counter.Set(0);
            _seen.Value = 0;
            return;
        }
        _counter.Rewind(count - (count % Period));
        _seen.Value = (uint)(count % Period);
    }

    private ulong Distance(ulong from, ulong to) => to > from ? to - from : Period - from + to;

    private void SetTimer()
    {
        var waits = _enable.Value & ~_status.Value & 0x1F;
        ulong? next = (waits & UpdateFlag) != 0 || _control.Has(OnePulse) ? Period : null;
        var seen = _seen.Value % Period;
        for (var i = 0; i < Channels; i++)
        {
            if ((waits & (2u << i)) != 0 && _compare[i].Value <= _reload.Value) next = Math.Min(next ?? ulong.MaxValue, seen + Distance(seen, _compare[i].Value));
        }
        if (next is { } count && _counter.NsAt(count) is { } deadlineNs) _timer.Set(deadlineNs);
        else _timer.Cancel();
    }

    // What the output makes, as a whole: the host's hardware makes the wave.
    private PwmSetting Wave(int channel)
    {
        var mode = _modes[channel / 2].Field((8 * (channel % 2)) + 4, 3);
        if (!_counter.IsRunning || !_capture.Has(1u << (4 * channel)) || mode is not (PwmMode1 or PwmMode2)) return PwmSetting.Off;
        var active = Math.Min(Period, _compare[channel].Value);
        if (mode == PwmMode2) active = Period - active;
        return new PwmSetting(Nanoseconds(Period), Nanoseconds(active), Enabled: true, Inverted: _capture.Has(2u << (4 * channel)));
    }

    private long Nanoseconds(ulong counts) => (long)((UInt128)counts * (_prescaler.Value + 1) * 1_000_000_000 / _clockHz);
}
