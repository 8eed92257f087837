// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Lending;

/// <summary>The ports of one VM whose peripherals other boards have; every other port leads where <c>unmapped</c> says.</summary>
internal sealed class BorrowedPorts(Borrower borrower, VirtualMachineDescription vm, string id, IPortProvider unmapped) : IMappedPorts
{
    private readonly PortOwner _owner = new(vm.Name);
    private readonly Dictionary<PortName, PortMapping> _mappings = vm.Map.Where(mapping => mapping.Board is not null).ToDictionary(mapping => mapping.Port);
    private readonly Dictionary<PortName, BorrowedPort> _ports = [];
    private readonly Dictionary<string, BorrowerLoan> _loans = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<PortMapping> Unused => _mappings.Values.Where(mapping => !_ports.ContainsKey(mapping.Port));

    /// <inheritdoc/>
    public int Outstanding => _owner.Outstanding + _loans.Values.Sum(loan => loan.Outstanding) + unmapped.Outstanding;

    /// <inheritdoc/>
    public void Attach(IVmTurn turn)
    {
        _owner.Attach(turn);
        unmapped.Attach(turn);
    }

    /// <inheritdoc/>
    public IGpioPort Gpio(string device, int index) => Find<IGpioPort>(new PortName(device, index), PortKind.Gpio) ?? unmapped.Gpio(device, index);

    /// <inheritdoc/>
    public IUartPort Uart(string device) => Find<IUartPort>(new PortName(device, null), PortKind.Uart) ?? unmapped.Uart(device);

    /// <inheritdoc/>
    public II2cPort I2c(string device) => Find<II2cPort>(new PortName(device, null), PortKind.I2c) ?? unmapped.I2c(device);

    /// <inheritdoc/>
    public ISpiPort Spi(string device, int chipSelect) => Find<ISpiPort>(new PortName(device, chipSelect), PortKind.Spi) ?? unmapped.Spi(device, chipSelect);

    /// <inheritdoc/>
    public IPwmPort Pwm(string device, int index) => Find<IPwmPort>(new PortName(device, index), PortKind.Pwm) ?? unmapped.Pwm(device, index);

    /// <inheritdoc/>
    public IAdcPort Adc(string device, int index) => Find<IAdcPort>(new PortName(device, index), PortKind.Adc) ?? unmapped.Adc(device, index);

    /// <inheritdoc/>
    public IBlockPort? Block(string device) => unmapped.Block(device);

    /// <inheritdoc/>
    public INetPort? Net(string device) => unmapped.Net(device);

    /// <inheritdoc/>
    public string SaveSeen() =>
        string.Join(' ', _ports.Values.OfType<BorrowedGpio>().Where(port => port.IsInput).Select(port => SeenLevels.Write(port.Mapping.Port, port.Level)).Append(unmapped.SaveSeen()).Where(text => text.Length > 0));

    /// <inheritdoc/>
    public void RestoreSeen(string seen)
    {
        foreach (var (name, level) in SeenLevels.Read(seen))
        {
            if (_ports.TryGetValue(name, out var port) && port is BorrowedGpio line) line.Restore(level);
        }
        unmapped.RestoreSeen(seen);
    }

    /// <inheritdoc/>
    public void Open(ulong epoch)
    {
        foreach (var loan in _loans.Values) loan.Open(epoch);
        unmapped.Open(epoch);
    }

    /// <inheritdoc/>
    public void Close(OutputRelease reason)
    {
        foreach (var loan in _loans.Values) loan.Close(reason);
        unmapped.Close(reason);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var loan in _loans.Values) loan.Leave();
        _loans.Clear();
        unmapped.Dispose();
    }

    private TPort? Find<TPort>(PortName name, PortKind kind)
        where TPort : class
    {
        if (!_mappings.TryGetValue(name, out var mapping)) return null;
        if (!_ports.TryGetValue(name, out var port)) _ports.Add(name, port = Loan(mapping.Board!).Add(mapping, kind));
        return port as TPort ?? throw new BindingException($"VM {vm.Name}: port {name} is asked for as {port.Kind}, and as {kind}");
    }

    private BorrowerLoan Loan(string lender)
    {
        if (!_loans.TryGetValue(lender, out var loan))
            _loans.Add(lender, loan = borrower.CreateLoan(lender, vm with { Map = [.. vm.Map.Where(mapping => mapping.Board == lender)] }, id, _owner));
        return loan;
    }
}
