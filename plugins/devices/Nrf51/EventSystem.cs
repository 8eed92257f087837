// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>
/// What joins the peripherals of one chip: tasks and events by the addresses under which the PPI knows them, and the pins
/// that GPIOTE takes from the GPIO port.
/// </summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapters 8.1 (peripheral interface) and 16 (PPI).</remarks>
internal sealed class EventSystem
{
    // Channels can be wired in a circle. On the chip it goes round for ever, once in 16 MHz cycles; here a burst has an end.
    private const int LongestBurst = 256;

    private readonly Dictionary<uint, Action> _tasks = [];
    private readonly Queue<uint> _happened = new();
    private bool _isForwarding;

    /// <summary>Gets every event's address; the PPI sets it.</summary>
    public Action<uint> Forward { get; set; } = _ => { };

    /// <summary>Whether a channel of the PPI is on, so that events matter to somebody.</summary>
    public bool HasConnections { get; private set; }

    /// <summary>The channels that are on have changed.</summary>
    public event Action? ConnectionsChanged;

    /// <summary>The GPIO port, once it is made.</summary>
    public NrfGpio? Pins { get; set; }

    /// <summary>Gets every change of a pin that is seen inside; GPIOTE sets it.</summary>
    public Action<int, bool> PinChanged { get; set; } = (_, _) => { };

    /// <summary>Is called when a pin gets to the level that it senses, and none was at its own before; GPIOTE sets it.</summary>
    public Action Detected { get; set; } = () => { };

    /// <summary>Says whether a channel is on.</summary>
    public void Connect(bool any)
    {
        if (any == HasConnections) return;
        HasConnections = any;
        ConnectionsChanged?.Invoke();
    }

    /// <summary>Says what triggering a task does.</summary>
    public void AddTask(uint address, Action task) => _tasks[address] = task;

    /// <summary>Triggers the task at an address, if there is one.</summary>
    public void Trigger(uint address)
    {
        if (_tasks.TryGetValue(address, out var task)) task();
    }

    /// <summary>An event has happened; what hangs on it through the PPI happens now, in order.</summary>
    public void Happened(uint address)
    {
        if (_happened.Count < LongestBurst) _happened.Enqueue(address);
        if (_isForwarding) return;
        _isForwarding = true;
        try
        {
            for (var i = 0; i < LongestBurst && _happened.TryDequeue(out var next); i++) Forward(next);
        }
        finally
        {
            _happened.Clear();
            _isForwarding = false;
        }
    }
}
