// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards;

/// <summary>The ports of one VM on one board: its roles are promised to it until this is disposed.</summary>
/// <remarks>Ports that the manifest does not map lead where <c>unmapped</c> says.</remarks>
internal sealed class BoardPorts(Board board, VirtualMachineDescription vm, string id, IPortProvider unmapped) : IMappedPorts
{
    private readonly PortOwner _owner = new(vm.Name);
    private readonly Dictionary<PortName, PortMapping> _mappings = vm.Map.Where(mapping => mapping.Board is null).ToDictionary(mapping => mapping.Port);
    private readonly Dictionary<PortName, IBinding> _bindings = [];
    private readonly Lock _lock = new(); // the VM's turn, or a newer epoch that shuts this one out
    private bool _isOpen;
    private bool _isShutOut;
    private bool _isHandedOver;

    /// <inheritdoc/>
    public IEnumerable<PortMapping> Unused => _mappings.Values.Where(mapping => !_bindings.ContainsKey(mapping.Port));

    /// <inheritdoc/>
    public int Outstanding => _owner.Outstanding + unmapped.Outstanding;

    /// <inheritdoc/>
    public void Attach(IVmTurn turn)
    {
        _owner.Attach(turn);
        unmapped.Attach(turn);
    }

    /// <inheritdoc/>
    public IGpioPort Gpio(string device, int index) =>
        Bind<IGpioPort>(new PortName(device, index), "a digital line", mapping => Slot(mapping).Open().Bind(mapping, _owner))
        ?? unmapped.Gpio(device, index);

    /// <inheritdoc/>
    public IUartPort Uart(string device) =>
        Bind<IUartPort>(new PortName(device, null), "a serial line", mapping => Slot(mapping).Open().Bind(mapping, _owner))
        ?? unmapped.Uart(device);

    /// <inheritdoc/>
    public II2cPort I2c(string device) =>
        Bind<II2cPort>(new PortName(device, null), "an I2C bus", BindI2c) ?? unmapped.I2c(device);

    /// <inheritdoc/>
    public ISpiPort Spi(string device, int chipSelect) =>
        Bind<ISpiPort>(new PortName(device, chipSelect), "an SPI chip select", mapping => Slot(mapping).Open().Bind(mapping, _owner))
        ?? unmapped.Spi(device, chipSelect);

    /// <inheritdoc/>
    public IPwmPort Pwm(string device, int index) =>
        Bind<IPwmPort>(new PortName(device, index), "a PWM output", mapping => Slot(mapping).Open(asPwm: true).Bind(mapping, _owner))
        ?? unmapped.Pwm(device, index);

    /// <inheritdoc/>
    public IAdcPort Adc(string device, int index) =>
        Bind<IAdcPort>(new PortName(device, index), "an analogue input", mapping => Slot(mapping).Open().Bind(mapping, _owner))
        ?? unmapped.Adc(device, index);

    /// <inheritdoc/>
    public IBlockPort? Block(string device) => unmapped.Block(device);

    /// <inheritdoc/>
    public INetPort? Net(string device) => unmapped.Net(device);

    /// <inheritdoc/>
    public void Open(ulong epoch)
    {
        board.Fence.Enter(id, epoch, this)?.ShutOut();
        lock (_lock)
        {
            if (_isShutOut) throw new FencedException(vm.Name, epoch, epoch);
            ReportUnused();
            (_isOpen, _isHandedOver) = (true, false);
            try
            {
                foreach (var binding in _bindings.Values) binding.Open();
            }
            catch
            {
                CloseBindings(OutputRelease.Fault);
                throw;
            }
        }
        board.Custody.End(vm.Name); // what was kept for this VM is with these ports now
        unmapped.Open(epoch);
    }

    /// <inheritdoc/>
    public void Close(OutputRelease reason)
    {
        lock (_lock)
        {
            _isHandedOver = reason == OutputRelease.Handover;
            CloseBindings(reason);
        }
        unmapped.Close(reason);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isOpen) CloseBindings(OutputRelease.Stop);
            var staying = _isHandedOver ? _bindings.Values.Where(binding => binding.Mapping.OnMove == OnMove.StayBehind).ToList() : [];
            foreach (var binding in _bindings.Values.Except(staying)) binding.Leave();
            _bindings.Clear();
            if (staying.Count > 0) board.Custody.Keep(vm.Name, staying, () => board.Return(this, id));
            else board.Return(this, id);
        }
        unmapped.Dispose();
    }

    /// <inheritdoc/>
    public string SaveSeen()
    {
        lock (_lock)
        {
            var here = _bindings.Values.OfType<GpioBinding>()
                .Where(binding => binding.Mapping.OnMove == OnMove.StayBehind && binding.Mode.Direction == GpioDirection.Input)
                .Select(binding => SeenLevels.Write(binding.Mapping.Port, binding.Seen));
            return string.Join(' ', here.Append(unmapped.SaveSeen()).Where(text => text.Length > 0));
        }
    }

    /// <inheritdoc/>
    public void RestoreSeen(string seen) => unmapped.RestoreSeen(seen); // what is here can be looked at

    // A newer epoch of the same VM takes over here: its outputs go on from what these held.
    private void ShutOut()
    {
        lock (_lock)
        {
            _isShutOut = true;
            foreach (var binding in _bindings.Values)
            {
                binding.Close(OutputRelease.Checkpoint);
                binding.Leave();
            }
            _bindings.Clear();
            _isOpen = false;
        }
    }

    private void CloseBindings(OutputRelease reason)
    {
        foreach (var binding in _bindings.Values) binding.Close(reason);
        _isOpen = false;
        board.Fence.Leave(id, this);
    }

    // Devices ask for their ports when they are made; a mapping that none has asked for by now leads from nowhere.
    private void ReportUnused()
    {
        foreach (var mapping in Unused)
            board.Report($"{mapping.Where}: map.{mapping.Port}: VM {vm.Name} has no device with this port, so '{mapping.Targets[0].Role}' is not used");
    }

    private PeripheralSlot Slot(PortMapping mapping) => board.Slot(mapping.Targets[0].Role);

    private I2cBinding BindI2c(PortMapping mapping)
    {
        var targets = new Dictionary<ushort, BusShare<II2cTarget>>();
        foreach (var target in mapping.Targets)
        {
            if (board.Slot(target.Role).Open() is not BusArbiter<II2cTarget> arbiter)
                throw new BindingException($"VM {vm.Name}: port {mapping.Port} is an I2C bus, but role '{target.Role}' is no I2C target");
            var address = (ushort?)target.Address ?? arbiter.Share.Peripheral.Address;
            if (!targets.TryAdd(address, arbiter.Share))
                throw new BindingException($"VM {vm.Name}: port {mapping.Port}: two targets at address 0x{address:x2}, one of them '{target.Role}'");
        }
        return new I2cBinding(mapping, _owner, board.Time, targets);
    }

    private TPort? Bind<TPort>(PortName port, string kind, Func<PortMapping, IBinding> bind)
        where TPort : class
    {
        if (!_mappings.TryGetValue(port, out var mapping)) return null;
        lock (_lock)
        {
            if (!_bindings.TryGetValue(port, out var binding))
            {
                binding = bind(mapping);
                if (binding is not TPort)
                {
                    binding.Leave();
                    throw new BindingException($"VM {vm.Name}: port {port} is {kind}, and role '{mapping.Targets[0].Role}' is not for that");
                }
                _bindings.Add(port, binding);
                if (_isOpen) binding.Open();
            }
            return binding as TPort ?? throw new BindingException($"VM {vm.Name}: port {port} is asked for as {kind}, and as something else");
        }
    }
}
