// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>An SPI controller: each request is a transfer, after which the chip stays selected or not.</summary>
/// <remarks>
/// Virtio specification, "SPI Controller Device" (device 45). Words of 8 bits on one line, all four modes, either bit order. A
/// transfer under way is done again after a restore; the rest of a selection that a restore broke fails, since its second half must
/// not reach a chip that never saw the first. Not modelled: active-high selects (the board's business), loopback, delays.
/// </remarks>
internal sealed class SpiFunction : VirtioFunction
{
    private const int HeaderBytes = 32, ConfigurationBytes = 32, MaximumBytes = 64 * 1024;
    private const uint WordsOf8 = 1 << 7, SupportedModes = 0b010_1111;
    private const uint ClockPhase = 1, ClockPolarity = 2, LeastSignificantBitFirst = 8;

    private readonly ISpiPort[] _chips;
    private readonly byte[] _configuration = new byte[ConfigurationBytes];
    private int _selected = -1; // the chip that stays selected
    private bool _isBroken; // … but does not know what came before
    private bool _portBusy; // perhaps with a transfer of before a reset

    public SpiFunction(ISpiPort[] chips)
    {
        _chips = chips;
        _configuration[0] = (byte)chips.Length;
        _configuration[1] = 1; // the chip can be deselected after each transfer
        BinaryPrimitives.WriteUInt32LittleEndian(_configuration.AsSpan(4), WordsOf8);
        BinaryPrimitives.WriteUInt32LittleEndian(_configuration.AsSpan(8), SupportedModes);
    }

    private enum Result : byte { Ok = 0, ParameterError = 1, TransferError = 2 }

    public override uint DeviceId => 45;

    public override int QueueCount => 1;

    public override ReadOnlySpan<byte> Configuration => _configuration;

    public override void Process(int queue)
    {
        while (!_portBusy && Queues.TryTake(0) is { } chain) Queues.Guard(() => Begin(chain));
    }

    public override void Reset()
    {
        if (_selected >= 0 && !_isBroken && !_portBusy) _chips[_selected].Deselect();
        (_selected, _isBroken) = (-1, false);
    }

    public override void Save(IStateWriter state) => state.Write("selected", (long)_selected);

    public override void Restore(IStateReader state)
    {
        var selected = state.ReadInt64("selected");
        if (selected < -1 || selected >= _chips.Length) throw state.Error("selected", $"there is no chip select {selected}");
        (_selected, _isBroken) = ((int)selected, selected >= 0);
    }

    private bool Begin(DescriptorChain chain)
    {
        if (chain.WritableBytes == 0) throw new VirtioException("an SPI request has no room for its result");
        var header = chain.Read(0, HeaderBytes);
        var (sent, received) = (chain.ReadableBytes - HeaderBytes, chain.WritableBytes - 1);
        var chip = header[0];
        var keepsSelected = header[2] == 0;
        if (!IsValid(header, sent, received)) return Finish(chain, Queues.Generation, Result.ParameterError, []);
        if (_selected >= 0 && _selected != chip) Reset();
        if (_isBroken)
        {
            if (!keepsSelected) Reset();
            return Finish(chain, Queues.Generation, Result.TransferError, []);
        }
        var data = new byte[Math.Max(sent, received)];
        chain.Read(HeaderBytes, data.AsSpan(0, (int)sent));
        Transfer(chain, chip, data, (int)received, SettingsOf(header), keepsSelected);
        return true;
    }

    private bool IsValid(byte[] header, long sent, long received)
    {
        var lengths = (sent == 0) != (received == 0) || sent == received && sent > 0;
        var mode = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8));
        var knownMode = (mode & ~(ClockPhase | ClockPolarity | LeastSignificantBitFirst)) == 0;
        var noDelays = header.AsSpan(16, 16).IndexOfAnyExcept((byte)0) < 0;
        return header[0] < _chips.Length && header[1] is 0 or 8 && header[2] <= 1 && header[3] <= 1 && header[4] <= 1
            && lengths && Math.Max(sent, received) <= MaximumBytes && knownMode && noDelays;
    }

    private static SpiSettings SettingsOf(byte[] header)
    {
        var mode = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8));
        return new SpiSettings(
            (mode & ClockPolarity) != 0, (mode & ClockPhase) != 0, (mode & LeastSignificantBitFirst) != 0, BitsPerWord: 8,
            ClockHz: BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12)));
    }

    private void Transfer(DescriptorChain chain, int chip, byte[] data, int received, SpiSettings settings, bool keepsSelected)
    {
        var generation = Queues.Generation;
        _portBusy = true;
        _selected = keepsSelected ? chip : -1;
        _chips[chip].Transfer(data, settings, keepsSelected, status =>
        {
            _portBusy = false;
            if (generation != Queues.Generation && keepsSelected) _chips[chip].Deselect(); // a reset let go of it meanwhile
            var isOk = status == BusStatus.Ok;
            Finish(chain, generation, isOk ? Result.Ok : Result.TransferError, isOk ? data[..received] : []);
            Process(0);
        });
    }

    private bool Finish(DescriptorChain chain, int generation, Result result, byte[] received)
    {
        Queues.Answer(0, chain, generation, () =>
        {
            chain.Write(0, received);
            chain.Write(chain.WritableBytes - 1, [(byte)result]);
            return received.Length + 1;
        });
        return true;
    }
}
