// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Migration;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Lending;

/// <summary>A board's lending side: decides who may borrow what, and keeps the loans. Thread-safe.</summary>
/// <param name="context">Names, wire, time.</param>
/// <param name="board">What there is to lend.</param>
/// <param name="whyNot">Why a VM of another board, under an epoch, must not use anything here; null when it may.</param>
internal sealed class Lender(LendingContext context, Board board, Func<string, ulong, string?> whyNot) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Lock _activating = new(); // before a loan's own locks
    private readonly List<LenderLoan> _loans = [];
    private readonly LentEpochs _epochs = new(context.Options.EpochsFile, context.Report);

    public IReadOnlyList<LenderLoan> Loans
    {
        get { lock (_lock) return [.. _loans]; }
    }

    /// <summary>A message of another board.</summary>
    /// <param name="message">What it says.</param>
    /// <param name="isProved">Whether the sender has proved its name.</param>
    /// <param name="arrivedNs">When it came.</param>
    public void Receive(LendingMessage message, bool isProved, long arrivedNs)
    {
        switch (message.Kind)
        {
            case LendingMessageKind.Ask:
                Ask(message, isProved, arrivedNs);
                break;
            case LendingMessageKind.Open:
                Open(message, isProved);
                break;
            case LendingMessageKind.Probe when Find(message) is null:
                Refuse(message, "it does not know of the loan any more");
                break;
        }
    }

    public void ReceiveFrame(ulong stream, byte[] frame) => Loans.FirstOrDefault(loan => loan.Stream == stream)?.Receive(frame);

    public void ConnectionChanged(bool connected)
    {
        foreach (var loan in Loans) loan.ConnectionChanged(connected);
    }

    public void Dispose()
    {
        foreach (var loan in Loans) loan.Dispose();
    }

    private LenderLoan? Find(LendingMessage message) =>
        Loans.FirstOrDefault(loan => loan.Borrower == message.From && loan.Attempt == message.Attempt);

    private void Ask(LendingMessage message, bool isProved, long arrivedNs)
    {
        var answer = Reply(message, LendingMessageKind.Answer);
        try
        {
            answer = answer with { Answers = Judge(Read(message), message.From, isProved) };
        }
        catch (Exception e) when (e is DescriptionException or FormatException)
        {
            answer = answer with { Reason = e.Message };
        }
        context.Wire.Send(answer with { Held = TimeSpan.FromMicroseconds((context.NowNs - arrivedNs) / 1000) });
    }

    private void Open(LendingMessage message, bool isProved)
    {
        try
        {
            var loan = Find(message) ?? Create(message, isProved);
            context.Wire.Send(Reply(message, LendingMessageKind.Accept) with { KeyShare = loan.KeyShare, Lease = context.Options.Lease });
        }
        catch (Exception e) when (e is DescriptionException or FormatException or BindingException)
        {
            Refuse(message, e.Message);
        }
    }

    private LenderLoan Create(LendingMessage message, bool isProved)
    {
        var vm = Read(message);
        if (whyNot(vm.Name, message.Epoch) is { } reason) throw new BindingException(reason);
        var problems = Judge(vm, message.From, isProved).Where(answer => answer.Problem.Length > 0).Select(answer => $"port {answer.Port}: {answer.Problem}").ToArray();
        if (problems.Length > 0) throw new BindingException(string.Join("; ", problems));
        if (message.Ports.FirstOrDefault(port => vm.Map.All(mapping => mapping.Port != port.Port)) is { } stray)
            throw new FormatException($"port {stray.Port} is asked for and not mapped");
        using var keys = new StreamKeys();
        var loan = new LenderLoan(context, board, message, vm, keys, isProved ? _epochs : null, Activate, Forget);
        lock (_lock)
        {
            // Who only ever asks anew pushes out what it has asked for before, and nobody else.
            var others = _loans.Where(other => other.Borrower == message.From).ToList();
            if (others.Count >= context.Options.MaximumLoans)
            {
                if (others.Find(other => !other.IsActive) is not { } pending) throw new BindingException($"{context.Options.MaximumLoans} loans are the most for one board");
                _loans.Remove(pending);
                pending.End("", OutputRelease.Stop);
            }
            _loans.Add(loan);
        }
        return loan;
    }

    private static VirtualMachineDescription Read(LendingMessage message)
    {
        var vm = DescriptionReader.ParseVirtualMachine(message.Terms, $"terms of board {message.From}");
        if (vm.Map.Count is 0 or > LendingCodec.MaximumPorts) throw new FormatException($"{vm.Map.Count} ports; from 1 to {LendingCodec.MaximumPorts} can be lent");
        if (vm.Map.Any(mapping => mapping.Board is not null)) throw new FormatException("what is lent is this board's own; roles have no board before them");
        return vm;
    }

    private List<PortAnswer> Judge(VirtualMachineDescription vm, string borrower, bool isProved)
    {
        var plan = board.Plan(vm);
        return [.. plan.Ports.Select(port => new PortAnswer(
            port.Mapping.Port.ToString(),
            string.Join("; ", plan.Problems.Where(problem => problem.Port == port.Mapping.Port).Select(problem => problem.Message).Concat(NotLent(port, borrower, isProved))),
            string.Join(", ", port.Peripherals.Select(peripheral => $"{peripheral.Role} ({peripheral.Driver})")),
            port.Kind))];
    }

    private IEnumerable<string> NotLent(PlannedPort port, string borrower, bool isProved) =>
        from peripheral in port.Peripherals
        let reason = (peripheral.Lend ?? board.Description.Lend).WhyNot(borrower, isProved)
        where reason is not null
        select $"'{peripheral.Role}' {reason}";

    // A loan begins: what the same board borrowed for the same VM before is over, and its outputs stay as they are.
    private void Activate(LenderLoan loan, Action begin)
    {
        lock (_activating)
        {
            foreach (var earlier in Loans.Where(other => other != loan && other.IsActive && other.Vm.Name == loan.Vm.Name && other.Borrower == loan.Borrower))
                earlier.End("", OutputRelease.Checkpoint);
            begin();
        }
    }

    private void Forget(LenderLoan loan, string reason)
    {
        lock (_lock) _loans.Remove(loan);
        if (reason.Length == 0) return;
        context.Report($"VM {loan.Vm.Name} of board {loan.Borrower}: its peripherals are taken back: {reason}");
        context.Wire.Send(new LendingMessage { Kind = LendingMessageKind.Refuse, From = context.Options.Board, To = loan.Borrower, Attempt = loan.Attempt, Reason = reason });
    }

    private LendingMessage Reply(LendingMessage message, LendingMessageKind kind) =>
        new() { Kind = kind, From = context.Options.Board, To = message.From, Attempt = message.Attempt };

    private void Refuse(LendingMessage message, string reason) =>
        context.Wire.Send(Reply(message, LendingMessageKind.Refuse) with { Reason = reason });
}
