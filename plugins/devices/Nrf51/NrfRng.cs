// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>Random number generator: a byte every 677 microseconds with bias correction, every 167 without.</summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapter 21. A deterministic VM draws from a seed of its own, as virtio's entropy does.</remarks>
internal sealed class NrfRng : NrfPeripheral
{
    private const long CorrectedNs = 677_000, QuickNs = 167_000;
    private readonly SavedTimer _next;
    private readonly Event _ready;
    private readonly DeviceRegister _shorts, _configuration, _value, _drawn;
    private readonly ReadOnlyMemory<byte> _seed;

    public NrfRng(IDeviceContext context) : base(context)
    {
        _seed = context.RandomSeed;
        _next = Map.Include("next", new SavedTimer(Clock, OnReady));
        _ready = AddEvent(0x100, "valueReady");
        AddTask(0x00, Start);
        AddTask(0x04, _next.Reset);
        _shorts = Map.Add(0x200, "shorts", bits: 1);
        _configuration = Map.Add(0x504, "configuration", bits: 1);
        _value = Map.Hidden("value", bits: 0xFF);
        _drawn = Map.Hidden("drawn");
        Map.Read(0x508, () => _value.Value);
    }

    private void Start() => _next.After(_configuration.Value != 0 ? CorrectedNs : QuickNs);

    private void OnReady()
    {
        _value.Value = Draw();
        if (_shorts.Value == 0) Start();
        Fire(_ready);
    }

    private byte Draw()
    {
        if (_seed.IsEmpty) return RandomNumberGenerator.GetBytes(1)[0];
        return SHA256.HashData([.. _seed.Span, .. BitConverter.GetBytes(_drawn.Value++)])[0];
    }
}
