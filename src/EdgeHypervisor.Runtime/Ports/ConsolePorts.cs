// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Serial lines lead to consoles, disks and network cards where the manifest says, everything else nowhere: what a VM without a board has.</summary>
/// <param name="backends">Disks and networks; null for none. Closed with the ports.</param>
public sealed class ConsolePorts(VmBackends? backends = null) : IPortProvider
{
    private readonly NullPorts _nowhere = new();
    private VmConsole[] _consoles = [];
    private IVmTurn? _turn;

    private IVmTurn Turn => _turn ?? throw new InvalidOperationException("ports were asked for before Attach");

    /// <summary>The consoles in the order of their devices' names; complete once the VM is built.</summary>
    public IReadOnlyList<VmConsole> Consoles => _consoles;

    /// <inheritdoc/>
    public int Outstanding => backends?.Outstanding ?? 0;

    /// <summary>The console of a device; made when first asked for.</summary>
    public VmConsole Console(string device)
    {
        if (Find(device) is { } known) return known;
        var console = new VmConsole(device);
        Array.Resize(ref _consoles, _consoles.Length + 1);
        var place = _consoles.Length - 1;
        for (; place > 0 && string.CompareOrdinal(_consoles[place - 1].Device, device) > 0; place--) _consoles[place] = _consoles[place - 1];
        return _consoles[place] = console;
    }

    /// <summary>The console of a device that has asked for one; null for any other.</summary>
    public VmConsole? Find(string device)
    {
        foreach (var console in _consoles)
        {
            if (console.Device == device) return console;
        }
        return null;
    }

    /// <inheritdoc/>
    public void Attach(IVmTurn turn) => _turn = turn;

    /// <inheritdoc/>
    public IUartPort Uart(string device) => new ConsolePort(Console(device), Turn);

    /// <inheritdoc/>
    public IBlockPort? Block(string device) => backends?.OpenDisk(device, Turn);

    /// <inheritdoc/>
    public INetPort? Net(string device) => backends?.Connect(device, Turn);

    /// <inheritdoc/>
    public IGpioPort Gpio(string device, int index) => _nowhere.Gpio(device, index);

    /// <inheritdoc/>
    public II2cPort I2c(string device) => _nowhere.I2c(device);

    /// <inheritdoc/>
    public ISpiPort Spi(string device, int chipSelect) => _nowhere.Spi(device, chipSelect);

    /// <inheritdoc/>
    public IPwmPort Pwm(string device, int index) => _nowhere.Pwm(device, index);

    /// <inheritdoc/>
    public IAdcPort Adc(string device, int index) => _nowhere.Adc(device, index);

    /// <inheritdoc/>
    /// <remarks>Input that waits at a console: <c>uart0:6C730A</c>.</remarks>
    public string SaveSeen() => string.Join(' ', _consoles
        .Select(console => (console.Device, Input: console.SaveInput()))
        .Where(waiting => waiting.Input.Length > 0)
        .Select(waiting => $"{waiting.Device}:{Convert.ToHexString(waiting.Input)}"));

    /// <inheritdoc/>
    public void RestoreSeen(string seen)
    {
        var waiting = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var word in seen.Split(' '))
        {
            if (word.Split(':') is [var device, var hex] && Find(device) is not null && IsInput(hex)) waiting[device] = Convert.FromHexString(hex);
        }
        foreach (var console in _consoles) console.RestoreInput(waiting.GetValueOrDefault(console.Device));
    }

    // It comes from another board: what is not understood is not taken.
    private static bool IsInput(string hex) => hex.Length <= 2 * VmConsole.InputBytes && hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit);

    /// <inheritdoc/>
    public void Open(ulong epoch) => backends?.RequireAllUsed();

    /// <inheritdoc/>
    public void Close(OutputRelease reason)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => backends?.Close();
}
