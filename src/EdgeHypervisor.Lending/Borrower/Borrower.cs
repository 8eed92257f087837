// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Lending;

/// <summary>A board's borrowing side: its loans, and what it asks other boards before. Thread-safe.</summary>
internal sealed class Borrower(LendingContext context) : IDisposable
{
    private const int Questions = 5; // to have an idea of the round trip

    private readonly Lock _lock = new();
    private readonly List<BorrowerLoan> _loans = [];
    private readonly ConcurrentDictionary<ulong, Question> _questions = [];
    private TaskCompletionSource? _none;

    public bool IsConnected => context.Wire.IsConnected;

    public IReadOnlyList<BorrowerLoan> Loans
    {
        get { lock (_lock) return [.. _loans]; }
    }

    public BorrowerLoan CreateLoan(string lender, VirtualMachineDescription vm, string id, PortOwner owner)
    {
        var loan = new BorrowerLoan(context, lender, vm, id, owner, Forget);
        lock (_lock) _loans.Add(loan);
        return loan;
    }

    /// <summary>Asks a board whether it would lend; several times over, to know how far away it is.</summary>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    public async Task<(IReadOnlyList<PortAnswer> Answers, string Reason, LatencySummary Latency)> AskAsync(
        string lender, VirtualMachineDescription vm, CancellationToken cancellation)
    {
        var trips = new RoundTrips();
        var terms = BorrowerLoan.Terms(vm);
        LendingMessage answer = await AskOnceAsync(lender, terms, trips, cancellation).ConfigureAwait(false);
        for (var i = 1; i < Questions && answer.Reason.Length == 0; i++) answer = await AskOnceAsync(lender, terms, trips, cancellation).ConfigureAwait(false);
        var known = Loans.FirstOrDefault(loan => loan.Lender == lender && loan.Trips.Count >= Questions)?.Trips;
        return (answer.Answers, answer.Reason, (known ?? trips).Summarize()!);
    }

    public void Receive(LendingMessage message, long arrivedNs)
    {
        if (message.Kind == LendingMessageKind.Answer)
        {
            if (_questions.TryGetValue(message.Attempt, out var question) && question.Lender == message.From) question.Answer.TrySetResult((message, arrivedNs));
            return;
        }
        if (Loans.FirstOrDefault(loan => loan.Lender == message.From && loan.Attempt == message.Attempt) is not { } loan) return;
        if (message.Kind == LendingMessageKind.Accept) loan.Accept(message);
        else loan.Refuse(message);
    }

    public void ReceiveFrame(ulong stream, byte[] frame) => Loans.FirstOrDefault(loan => loan.Stream == stream)?.Receive(frame);

    public void ConnectionChanged(bool connected)
    {
        foreach (var loan in Loans) loan.ConnectionChanged(connected);
    }

    /// <summary>Waits until the lenders know of everything that was given back, but not for long.</summary>
    public async Task FlushAsync(TimeSpan patience)
    {
        TaskCompletionSource none;
        lock (_lock)
        {
            if (_loans.Count == 0 || !IsConnected) return;
            none = _none = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        await Task.WhenAny(none.Task, Task.Delay(patience, context.Time)).ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (var loan in Loans) loan.Dispose();
    }

    private async Task<LendingMessage> AskOnceAsync(string lender, string terms, RoundTrips trips, CancellationToken cancellation)
    {
        var attempt = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        var question = _questions[attempt] = new Question(lender);
        try
        {
            var sentNs = context.NowNs;
            context.Wire.Send(new LendingMessage { Kind = LendingMessageKind.Ask, From = context.Options.Board, To = lender, Attempt = attempt, Terms = terms });
            var (answer, arrivedNs) = await question.Answer.Task.WaitAsync(context.Options.AnswerPatience, context.Time, cancellation).ConfigureAwait(false);
            trips.Add(Math.Max(0, arrivedNs - sentNs - (long)answer.Held.TotalNanoseconds), 0, arrivedNs);
            return answer;
        }
        finally
        {
            _questions.TryRemove(attempt, out _);
        }
    }

    private void Forget(BorrowerLoan loan)
    {
        lock (_lock)
        {
            _loans.Remove(loan);
            if (_loans.Count == 0) _none?.TrySetResult();
        }
    }

    private sealed record Question(string Lender)
    {
        public TaskCompletionSource<(LendingMessage Answer, long ArrivedNs)> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
