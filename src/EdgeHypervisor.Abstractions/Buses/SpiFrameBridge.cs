// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// Sends frames to the selected chip, asynchronously, and keeps the chip selected as long as the controller holds it. A
/// selection that a restore broke stays broken until it ends: the second half of a transaction must not reach a chip that
/// never saw the first.
/// </summary>
/// <remarks>One batch at a time; each ends with one call of <see cref="Completed"/>, before <see cref="Send"/> returns or later.</remarks>
public sealed class SpiFrameBridge : IRegisterPart
{
    /// <summary>The most frames of a batch.</summary>
    public const int MaximumFrames = 64;

    private readonly ISpiPort[] _chips;
    private readonly IGuestClock _clock;
    private readonly IGuestTimer _resume;
    private byte[] _sent = []; // the batch under way
    private SpiSettings _settings;
    private int _chip; // that the batch goes to; -1 for none
    private bool _hold; // keep the chip selected after the batch
    private int _selected = -1; // the chip that is held selected
    private bool _broken; // … but does not know what came before
    private bool _releaseAfter; // let go of the chip when the batch has ended
    private bool _portBusy; // a transfer is under way, perhaps one of before a reset
    private bool _stale; // … and nobody waits for its end any more

    /// <summary>A bridge to chips, none of them selected.</summary>
    public SpiFrameBridge(ISpiPort[] chips, IGuestClock clock)
    {
        (_chips, _clock) = (chips, clock);
        _resume = clock.CreateTimer(Issue);
    }

    /// <summary>How many chips there are.</summary>
    public int ChipCount => _chips.Length;

    /// <summary>Gets the frames that came in for those of the batch.</summary>
    public Action<ReadOnlyMemory<byte>> Completed { get; set; } = _ => { };

    /// <summary>Whether a batch is under way.</summary>
    public bool IsBusy => _sent.Length > 0;

    /// <summary>Whether a transaction with a chip is open.</summary>
    public bool IsOpen => IsBusy || _selected >= 0;

    /// <summary>Sends frames.</summary>
    /// <param name="frames">At least one.</param>
    /// <param name="settings">Mode, order, width, clock.</param>
    /// <param name="chip">The chip select; -1 clocks with none selected, and reads ones.</param>
    /// <param name="hold">Keep the chip selected afterwards.</param>
    public void Send(byte[] frames, SpiSettings settings, int chip, bool hold)
    {
        (_sent, _settings, _chip, _hold) = (frames, settings, chip, hold);
        if (!_portBusy) Issue();
    }

    /// <summary>Ends the selection, now or with the batch under way.</summary>
    public void Release()
    {
        if (IsBusy) _releaseAfter = true;
        else if (!_portBusy) Deselect(); // else a transfer of before a reset is under way, which ends with that
    }

    /// <summary>Forgets the batch and lets go of the chip.</summary>
    public void Reset()
    {
        _stale = _portBusy;
        (_sent, _settings, _chip, _hold, _releaseAfter) = ([], default, 0, false, false);
        _resume.Cancel();
        if (!_portBusy) Deselect();
    }

    /// <summary>Writes what is open.</summary>
    public void Save(IStateWriter state)
    {
        state.Write("sent", _sent.AsSpan());
        state.Write("clockPolarity", _settings.ClockPolarity);
        state.Write("clockPhase", _settings.ClockPhase);
        state.Write("leastSignificantBitFirst", _settings.LeastSignificantBitFirst);
        state.Write("bitsPerWord", (ulong)_settings.BitsPerWord);
        state.Write("clockHz", (ulong)_settings.ClockHz);
        state.Write("chip", (long)_chip);
        state.Write("hold", _hold);
        state.Write("selected", (long)_selected);
        state.Write("releaseAfter", _releaseAfter);
    }

    /// <summary>Takes it over; a batch that was under way is done again.</summary>
    /// <exception cref="StateException">The state is out of range.</exception>
    public void Restore(IStateReader state)
    {
        var sent = state.ReadBytes("sent", MaximumFrames);
        var settings = new SpiSettings(
            state.ReadBoolean("clockPolarity"), state.ReadBoolean("clockPhase"), state.ReadBoolean("leastSignificantBitFirst"),
            (byte)state.ReadUInt64("bitsPerWord", maximum: 8), state.ReadUInt32("clockHz"));
        var chip = ReadChip(state, "chip");
        var hold = state.ReadBoolean("hold");
        var selected = ReadChip(state, "selected");
        var releaseAfter = state.ReadBoolean("releaseAfter");
        Reset();
        (_sent, _settings, _chip, _hold, _selected) = (sent, settings, chip, hold, selected);
        _broken = selected >= 0;
        _releaseAfter = releaseAfter;
        if (IsBusy) _resume.Set(_clock.NowNs); // done again, on the VM's next turn
    }

    private int ReadChip(IStateReader state, string name)
    {
        var chip = state.ReadInt64(name);
        return chip >= -1 && chip < _chips.Length ? (int)chip : throw state.Error(name, $"there is no chip select {chip}");
    }

    private void Issue()
    {
        if (_selected >= 0 && _selected != _chip) Deselect();
        if (_chip < 0 || _broken || _settings.BitsPerWord < 4)
        {
            if (_hold && _chip >= 0) _selected = _chip;
            Finish(Ones(_sent.Length));
            return;
        }
        _portBusy = true;
        _selected = _hold ? _chip : -1;
        var data = (byte[])_sent.Clone();
        _chips[_chip].Transfer(data, _settings, _hold, status => OnTransferred(data, status));
    }

    private void OnTransferred(byte[] data, BusStatus status)
    {
        _portBusy = false;
        if (!_stale)
        {
            Finish(status == BusStatus.Ok ? data : Ones(data.Length));
            return;
        }
        _stale = false;
        Deselect();
        if (IsBusy) Issue();
    }

    private void Finish(byte[] received)
    {
        _sent = [];
        if (_releaseAfter) Deselect();
        _releaseAfter = false;
        Completed(received);
    }

    private void Deselect()
    {
        if (_selected >= 0 && !_broken) _chips[_selected].Deselect();
        (_selected, _broken) = (-1, false);
    }

    private static byte[] Ones(int count)
    {
        var ones = new byte[count];
        Array.Fill(ones, (byte)0xFF);
        return ones;
    }
}
