// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>One role of a board: what the file says, the driver for it, and the arbiter once it is opened.</summary>
internal sealed class PeripheralSlot
{
    private readonly Lock _lock = new();
    private readonly IBoardDriver? _driver;
    private readonly Func<PeripheralSlot, IPeripheral, bool, IArbiter> _makeArbiter;
    private IPeripheral? _peripheral;
    private IArbiter? _arbiter;
    private volatile string? _failure;

    /// <summary>Asks the driver about the options; nothing is opened. A missing driver is a flaw, told in <paramref name="flaw"/>.</summary>
    public PeripheralSlot(
        PeripheralDescription description, IBoardDriver? driver, string? flaw, Func<PeripheralSlot, IPeripheral, bool, IArbiter> makeArbiter)
    {
        (Description, _driver, Flaw, _makeArbiter) = (description, driver, flaw, makeArbiter);
        if (driver is null) return;
        Kind = driver.Kind;
        try
        {
            ContentionKey = driver.Validate(description.CreateOptions());
        }
        catch (OptionException wrong)
        {
            Flaw = $"{description.Where}: peripherals.{description.Role}.{wrong.Option}: {wrong.Problem}";
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Flaw = $"{description.Where}: peripherals.{description.Role}: plugin {description.PluginId} failed: {fault.Message}";
        }
    }

    public PeripheralDescription Description { get; }

    public PeripheralKind? Kind { get; }

    public string? ContentionKey { get; }

    public PeripheralCounters Counters { get; } = new();

    /// <summary>Why it cannot be used whatever happens: no driver, wrong options. Null when nothing speaks against it.</summary>
    public string? Flaw { get; }

    /// <summary>Why it cannot be used, or could not be opened last time; null when it can.</summary>
    public string? Problem => Flaw ?? _failure;

    /// <summary>Who outside of this service has it, or that it is not there; null when nothing speaks against it, or nobody can tell.</summary>
    public string? WhyUnavailable()
    {
        if (Flaw is not null || Peripheral is not null || _driver is not IAvailability driver) return null;
        try
        {
            return driver.WhyUnavailable(Description.CreateOptions());
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return $"peripheral {Description.Role}: plugin {Description.PluginId} failed: {fault.Message}";
        }
    }

    /// <summary>The peripheral, when it has been opened.</summary>
    public IPeripheral? Peripheral => Volatile.Read(ref _peripheral);

    /// <summary>The arbiter, when somebody has needed it.</summary>
    public IArbiter? Arbiter => Volatile.Read(ref _arbiter);

    /// <summary>The arbiter; opens the peripheral where it is not open yet. A light is shared as what asks for it first.</summary>
    /// <exception cref="BindingException">It cannot be opened; that may pass, so the next one may try again.</exception>
    public IArbiter Open(bool asPwm = false)
    {
        lock (_lock)
        {
            if (_arbiter is { } arbiter) return arbiter;
            var peripheral = OpenPeripheral();
            Volatile.Write(ref _arbiter, arbiter = _makeArbiter(this, peripheral, asPwm));
            return arbiter;
        }
    }

    /// <summary>Opens the peripheral where it is not open yet.</summary>
    /// <exception cref="BindingException">It cannot be opened; that may pass, so the next one may try again.</exception>
    public IPeripheral OpenPeripheral()
    {
        lock (_lock)
        {
            if (_peripheral is { } open) return open;
            if (_driver is null) throw new BindingException(Flaw!);
            try
            {
                Volatile.Write(ref _peripheral, _driver.Open(Description.CreateOptions()));
                _failure = null;
                return _peripheral!;
            }
            catch (Exception refused) when (refused is not OutOfMemoryException)
            {
                _failure = refused is PeripheralException or OptionException
                    ? refused.Message
                    : $"peripheral {Description.Role}: plugin {Description.PluginId} failed: {refused.Message}";
                throw new BindingException(_failure, refused);
            }
        }
    }

    /// <summary>Closes it, for good.</summary>
    public void Close()
    {
        if (Arbiter is { } arbiter) arbiter.Dispose(); // and with it the peripheral
        else Peripheral?.Dispose();
    }
}
