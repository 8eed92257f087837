// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Migration;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Lending;

/// <summary>
/// A board's part in lending: gives its VMs ports that lead to peripherals of other boards, and lends its own to VMs of
/// others. Thread-safe.
/// </summary>
public sealed class LendingEndpoint : IAsyncDisposable
{
    private const int MostLenders = 16; // of one VM: each is asked, and waited for
    private static readonly TimeSpan GoodbyePatience = TimeSpan.FromMilliseconds(500);
    private readonly ITransportConnection? _connection;
    private readonly LendingLinks? _links;
    private readonly Lender _lender;
    private readonly Borrower _borrower;
    private readonly LendingMetrics _metrics;
    private int _isDisposed;

    /// <summary>Makes an endpoint; <see cref="StartAsync"/> brings it to life.</summary>
    /// <param name="options">Names and times.</param>
    /// <param name="board">What there is to lend.</param>
    /// <param name="whyNot">Why a VM of another board, under an epoch, must not use anything here; null when it may.</param>
    /// <param name="connection">To the other boards.</param>
    /// <param name="protection">Who is believed.</param>
    /// <param name="report">Takes what an operator should know, a line each.</param>
    /// <param name="time">The clock of all waiting.</param>
    public LendingEndpoint(
        LendingOptions options, Board board, Func<string, ulong, string?> whyNot, ITransportConnection connection, IControlProtection protection,
        Action<string> report, TimeProvider time)
    {
        _connection = connection;
        _links = new LendingLinks(options, connection, protection, time, report);
        var context = new LendingContext(options, _links, time, report, work => ThreadPool.UnsafeQueueUserWorkItem(_ => work(), null));
        (_lender, _borrower) = (new Lender(context, board, whyNot), new Borrower(context));
        _metrics = new LendingMetrics(options.Board, () => Loans);
        connection.ConnectionChanged += OnConnection;
    }

    /// <summary>For tests: any wire, any time.</summary>
    internal LendingEndpoint(LendingContext context, Board board, Func<string, ulong, string?> whyNot)
    {
        (_lender, _borrower) = (new Lender(context, board, whyNot), new Borrower(context));
        _metrics = new LendingMetrics(context.Options.Board, () => Loans);
    }

    /// <summary>What VMs of this board borrow.</summary>
    public IReadOnlyList<LoanStatus> Loans => [.. _borrower.Loans.Select(loan => loan.Status)];

    /// <summary>What is lent: VM, borrower.</summary>
    internal IReadOnlyList<LenderLoan> Lent => _lender.Loans;

    internal IReadOnlyList<BorrowerLoan> Borrowed => _borrower.Loans;

    /// <summary>Listens to the other boards.</summary>
    public Task StartAsync(CancellationToken cancellation) => _links!.ListenAsync(Receive, ReceiveFrame, cancellation);

    /// <summary>Makes the ports of a VM whose roles are on other boards, which lend them when it runs.</summary>
    /// <param name="vm">Its manifest; mappings without a board are left to <paramref name="unmapped"/>.</param>
    /// <param name="unmapped">Where its other ports lead; disposed with the ports.</param>
    /// <param name="id">What tells it from another VM that has or had its name; null: its name.</param>
    public IMappedPorts CreatePorts(VirtualMachineDescription vm, IPortProvider unmapped, string? id = null) => new BorrowedPorts(_borrower, vm, id ?? vm.Name, unmapped);

    /// <summary>Asks the boards that have them whether they would lend the roles of a VM's map.</summary>
    /// <param name="vm">Its manifest; mappings without a board are left out.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<RemotePlan> PlanAsync(VirtualMachineDescription vm, CancellationToken cancellation)
    {
        var groups = vm.Map.Where(mapping => mapping.Board is not null).GroupBy(mapping => mapping.Board!).ToList();
        if (groups.Count > MostLenders)
        {
            return new RemotePlan([], [.. groups.SelectMany(group => group).Select(mapping => new BindingProblem(
                BindingProblemKind.Unusable, mapping.Port, mapping.Targets[0].Name, $"the VM borrows from {groups.Count} boards; {MostLenders} are the most", mapping.Where))]);
        }
        var plans = await Task.WhenAll(groups.Select(group => PlanAsync(group.Key, vm with { Map = [.. group] }, cancellation))).ConfigureAwait(false);
        return new RemotePlan([.. plans.SelectMany(plan => plan.Ports)], [.. plans.SelectMany(plan => plan.Problems)]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        if (_connection is not null) _connection.ConnectionChanged -= OnConnection;
        if (_links is not null) await _borrower.FlushAsync(GoodbyePatience).ConfigureAwait(false);
        _borrower.Dispose();
        _lender.Dispose();
        _metrics.Dispose();
        if (_links is not null) await _links.DisposeAsync().ConfigureAwait(false);
    }

    internal void Receive(LendingMessage message, bool isProved, long arrivedNs)
    {
        if (message.Kind is LendingMessageKind.Ask or LendingMessageKind.Open or LendingMessageKind.Probe) _lender.Receive(message, isProved, arrivedNs);
        else _borrower.Receive(message, arrivedNs);
    }

    internal void ReceiveFrame(ReadOnlyMemory<byte> frame)
    {
        if (!FrameSeal.TryReadStream(frame.Span, out var stream, out var direction)) return;
        if (direction == FrameDirection.ToDestination) _lender.ReceiveFrame(stream, frame.ToArray());
        else _borrower.ReceiveFrame(stream, frame.ToArray());
    }

    internal void OnConnection(bool connected)
    {
        _borrower.ConnectionChanged(connected);
        _lender.ConnectionChanged(connected);
    }

    private async Task<RemotePlan> PlanAsync(string lender, VirtualMachineDescription vm, CancellationToken cancellation)
    {
        var (ports, problems) = (new List<PlannedPort>(), new List<BindingProblem>());
        void Refuse(PortMapping mapping, BindingProblemKind kind, string reason) =>
            problems.Add(new BindingProblem(kind, mapping.Port, mapping.Targets[0].Name, $"board '{lender}': {reason}", mapping.Where));

        if (!_borrower.IsConnected)
        {
            foreach (var mapping in vm.Map)
            {
                ports.Add(new PlannedPort(mapping, [], null, new RemotePeripheral(lender, "", "")));
                Refuse(mapping, BindingProblemKind.Unusable, "cannot be asked: this board has no connection to a broker now");
            }
            return new RemotePlan(ports, problems);
        }
        try
        {
            var (answers, reason, latency) = await _borrower.AskAsync(lender, vm, cancellation).ConfigureAwait(false);
            foreach (var mapping in vm.Map)
            {
                var answer = answers.FirstOrDefault(answer => answer.Port == mapping.Port.ToString());
                ports.Add(new PlannedPort(mapping, [], answer?.Kind, new RemotePeripheral(lender, answer?.Detail ?? "", latency.ToString())));
                if (answer is null) Refuse(mapping, BindingProblemKind.Unusable, reason.Length > 0 ? reason : "says nothing of this port");
                else if (answer.Problem.Length > 0) Refuse(mapping, BindingProblemKind.NotLent, answer.Problem);
            }
        }
        catch (TimeoutException)
        {
            foreach (var mapping in vm.Map)
            {
                ports.Add(new PlannedPort(mapping, [], null, new RemotePeripheral(lender, "", "")));
                Refuse(mapping, BindingProblemKind.Unusable, "does not answer; it is off, or neither board is in the other's list of trusted boards");
            }
        }
        return new RemotePlan(ports, problems);
    }
}
