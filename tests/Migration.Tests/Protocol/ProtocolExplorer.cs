// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Migration;
using static EdgeHypervisor.Migration.ProtocolInput;

namespace Migration.Tests;

/// <summary>
/// Visits every state that two boards and a network can reach. The network is the set of all messages ever sent: any of
/// them may arrive at any time, any number of times, or never, which covers loss, duplication, reordering and a lost
/// broker at once. Boards crash at any step, also with a write half done. Cancelling and impatience happen whenever they can.
/// </summary>
internal sealed class ProtocolExplorer
{
    private static readonly string[] Names = ["A", "B"];

    private readonly ModelFault _fault;
    private readonly ModelBounds _bounds;
    private readonly Interned<ModelBoard> _boards = new();
    private readonly Interned<(string From, string To, ProtocolMessage Message)> _messages = new();
    private readonly Dictionary<(int Board, int Self, int Message), Effect> _deliveries = [];
    private readonly Dictionary<(int Board, int Self, int Version), Effect[]> _localSteps = [];
    private readonly Dictionary<World, int> _seen = [];
    private readonly List<(World World, int Parent, string Action)> _visited = [];
    private readonly HashSet<(int, int, int)> _endings = [];
    private long _steps;
    private string? _violation;

    private ProtocolExplorer(ModelFault fault, ModelBounds bounds) => (_fault, _bounds) = (fault, bounds);

    /// <summary>Explores from "A owns and runs it" until every state was visited or a promise is broken.</summary>
    public static ExplorationResult Explore(ModelBounds bounds, ModelFault? fault = null)
    {
        var explorer = new ProtocolExplorer(fault ?? ModelFault.None, bounds);
        explorer.Run();
        return new ExplorationResult(explorer._visited.Count, explorer._steps, explorer._endings.Count, explorer._violation)
        {
            Phases = [.. explorer._boards.Values.Select(b => Phase(b.State)).Distinct()],
            HighestEpoch = explorer._boards.Values.Max(b => b.Disk.OwnedEpoch),
        };
    }

    /// <summary>A state of the whole system; boards and messages by their numbers.</summary>
    private readonly record struct World(int A, int B, UInt128 Sent, int Version, int Attempts, int Crashes, int Reclaims)
    {
        public int Board(int self) => self == 0 ? A : B;

        public World WithBoard(int self, int board) => self == 0 ? this with { A = board } : this with { B = board };
    }

    /// <summary>What one step of one board does.</summary>
    private sealed record Effect(string Action, int Board, UInt128 Sent)
    {
        public bool Froze { get; init; }
        public bool Began { get; init; }
        public bool Crashed { get; init; }
        public bool Reclaimed { get; init; }
        public ulong? ActivatedVersion { get; init; }
        public string? Violation { get; init; }
    }

    private void Run()
    {
        var owner = OwnershipRecord.Created("vm");
        var a = new ModelBoard { State = VmState.Of(SourceMachine.Owning(owner)), Disk = owner, Runs = true, HasImage = true };
        var b = new ModelBoard { State = VmState.Of(DestinationMachine.Absent(OwnershipRecord.Unknown("vm"))), Disk = OwnershipRecord.Unknown("vm") };
        Visit(new World(_boards.Number(a), _boards.Number(b), 0, 0, 0, 0, 0), -1, "start");
        for (var next = 0; next < _visited.Count && _violation is null; next++) Expand(next);
    }

    private void Expand(int index)
    {
        var world = _visited[index].World;
        for (var self = 0; self < 2; self++)
        {
            foreach (var effect in LocalSteps(world.Board(self), self, world.Version)) Apply(index, world, self, effect);
            for (var message = 0; message < _messages.Count; message++)
            {
                if ((world.Sent >> message & 1) == 0 || _messages[message].To != Names[self]) continue;
                Apply(index, world, self, Delivery(world.Board(self), self, message));
            }
        }
    }

    private void Apply(int index, World world, int self, Effect effect)
    {
        if (effect.Board < 0 || _violation is not null) return;
        var next = world.WithBoard(self, effect.Board) with
        {
            Sent = world.Sent | effect.Sent,
            Version = world.Version + (effect.Froze ? 1 : 0),
            Attempts = world.Attempts + (effect.Began ? 1 : 0),
            Crashes = world.Crashes + (effect.Crashed ? 1 : 0),
            Reclaims = world.Reclaims + (effect.Reclaimed ? 1 : 0),
        };
        if (next.Attempts > _bounds.Attempts || next.Crashes > _bounds.Crashes || next.Reclaims > _bounds.Reclaims) return;
        _steps++;
        if (effect.Violation is { } broken) Fail(broken, index, effect.Action);
        else if (effect.ActivatedVersion is { } version && version != (ulong)world.Version)
            Fail($"a stale copy runs: version {version}, but version {world.Version} was frozen last", index, effect.Action);
        else Visit(next, index, effect.Action);
    }

    private void Visit(World world, int parent, string action)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_seen, world, out var exists);
        if (exists) return;
        known = _visited.Count;
        _visited.Add((world, parent, action));
        var (a, b) = (_boards[world.A], _boards[world.B]);
        if (a.Runs && b.Runs) Fail("two copies run", parent, action);
        else if (_endings.Add((world.A, world.B, world.Version)) && End(world) is { } stuck) Fail(stuck, parent, action);
    }

    private void Fail(string promise, int parent, string lastAction)
    {
        List<string> way = [lastAction];
        for (var at = parent; at >= 0; at = _visited[at].Parent) way.Add(_visited[at].Action);
        way.Reverse();
        _violation = $"{promise} after:\n  {string.Join("\n  ", way)}";
    }

    // ---- What a board can do by itself -----------------------------------------------------------------------------

    private Effect[] LocalSteps(int board, int self, int version)
    {
        if (_localSteps.TryGetValue((board, self, version), out var known)) return known;
        var steps = FindLocalSteps(_boards[board], self, version).Where(s => s.Board >= 0 && (s.Board != board || s.Sent != 0 || s.Violation is not null)).ToArray();
        return _localSteps[(board, self, version)] = steps;
    }

    private IEnumerable<Effect> FindLocalSteps(ModelBoard board, int self, int version)
    {
        if (board.State is not { } state) return [Restart(board, self)];
        var inputs = Inputs(state, self, version).Select(input => Take(board, self, input));
        if (board.Pending is null) return inputs.Append(Crash(board, self, "crashes"));
        return inputs.Append(CompleteWrite(board, self))
            .Append(FailImage(board, self))
            .Append(Crash(board, self, "crashes before the write"))
            .Append(Crash(Landed(board), self, "crashes after the write"))
            .Append(Crash(Landed(board) with { ImageIsIntact = false }, self, "crashes with the record written, the image not"));
    }

    /// <summary>Every input that can mean something here, wanted or not; messages come on top.</summary>
    private static IEnumerable<ProtocolInput> Inputs(VmState state, int self, int version)
    {
        if (state.Source is { } source)
        {
            yield return new Begin(Names[1 - self]);
            yield return new Cancel();
            yield return new Reclaim();
            yield return new Converged(source.Move);
            yield return new Frozen(source.Move, new Digest256((ulong)version + 1, 0, 0, 0));
            yield return new ImageKept(source.Move);
        }
        else
        {
            var move = state.Destination!.Move;
            yield return new OfferAccepted(move);
            yield return new OfferRefused(move, "");
            yield return new Verified(move);
            if (state.Destination.Phase != DestinationPhase.Preparing) yield return new Failed(move, "");
        }
        yield return new Elapsed(ProtocolTimer.Retry);
        yield return new Elapsed(ProtocolTimer.Patience);
    }

    private static Effect None(int board) => new("", board, 0);

    private Effect Take(ModelBoard board, int self, ProtocolInput input)
    {
        var effect = Outcome(board, self, _fault.Step(board.State!, input), $"{Names[self]}: {Describe(input)}");
        var froze = input is Frozen && board.State!.Source?.Phase == SourcePhase.Freezing;
        if (froze) effect = effect with { Froze = true, Board = _boards.Number(_boards[effect.Board] with { Runs = false }) };
        return effect with
        {
            Began = input is Begin && board.State!.Source?.Phase == SourcePhase.Owning,
            Reclaimed = input is Reclaim && board.State!.Source?.Phase == SourcePhase.Committing,
        };
    }

    private Effect Delivery(int board, int self, int message)
    {
        if (_deliveries.TryGetValue((board, self, message), out var known)) return known;
        var (from, _, content) = _messages[message];
        var effect = _boards[board].State is { } state
            ? Outcome(_boards[board], self, _fault.Step(state, new Received(from, content)), $"{Names[self]}: gets {content.Kind} {content.Move}")
            : None(-1);
        if (effect.Board == board && effect.Sent == 0 && effect.Violation is null) effect = None(-1);
        return _deliveries[(board, self, message)] = effect;
    }

    private Effect CompleteWrite(ModelBoard board, int self)
    {
        var landed = _fault.ForgetsWrite(board.Pending!) ? board with { Pending = null } : Landed(board);
        return Outcome(landed, self, _fault.Step(board.State!, new Written()), $"{Names[self]}: {board.Pending!.Kind} is durable");
    }

    /// <summary>The record is durable, and then it turns out that the image is not.</summary>
    private Effect FailImage(ModelBoard board, int self) => board.State!.Destination is { Phase: DestinationPhase.Preparing } preparing
        ? Outcome(Landed(board) with { ImageIsIntact = false }, self, _fault.Step(board.State!, new Failed(preparing.Move, "disk")), $"{Names[self]}: the image fails")
        : None(-1);

    private ModelBoard Landed(ModelBoard board) => _fault.ForgetsWrite(board.Pending!)
        ? board
        : board with { Disk = board.Pending!, Pending = null, ImageIsIntact = board.Pending!.Kind == VmRecordKind.Prepared };

    private Effect Crash(ModelBoard board, int self, string how)
    {
        var holds = board.Disk.Kind switch
        {
            VmRecordKind.Absent => false,
            VmRecordKind.Prepared => board.ImageIsIntact,
            _ => true,
        };
        var down = board with { State = null, Pending = null, Runs = false, HasImage = holds };
        return new Effect($"{Names[self]}: {how}", _boards.Number(down), 0) { Crashed = true };
    }

    private Effect Restart(ModelBoard board, int self) =>
        Outcome(board, self, VmMachine.Restart(board.Disk, board.ImageIsIntact), $"{Names[self]}: restarts as {board.Disk.Kind}");

    /// <summary>Does to the board and the network what the machine wants done.</summary>
    private Effect Outcome(ModelBoard board, int self, Transition<VmState> next, string action)
    {
        var activating = board.State?.Destination;
        var after = board with { State = next.State };
        var effect = new Effect(action, -1, 0);
        foreach (var output in next.Outputs)
        {
            switch (output)
            {
                case ProtocolOutput.Send send:
                    effect = effect with { Sent = effect.Sent | (UInt128)1 << NumberOf(self, send) };
                    break;
                case ProtocolOutput.Write write:
                    if (after.Pending is not null) effect = effect with { Violation = "a write begins while another is under way" };
                    after = after with { Pending = write.Record };
                    break;
                case ProtocolOutput.Run:
                    if (!after.HasImage) effect = effect with { Violation = "a board runs a VM of which it has no image" };
                    if (activating is not null) effect = effect with { ActivatedVersion = activating.Digest.A };
                    after = after with { Runs = true };
                    break;
                case ProtocolOutput.Resume:
                    after = after with { Runs = true };
                    break;
                case ProtocolOutput.Verify:
                    after = after with { HasImage = true };
                    break;
                case ProtocolOutput.Free or ProtocolOutput.Release:
                    if (after.Runs) effect = effect with { Violation = "the image of a running VM is deleted" };
                    after = after with { HasImage = false };
                    break;
            }
        }
        return effect with { Board = _boards.Number(after) };
    }

    private int NumberOf(int self, ProtocolOutput.Send send)
    {
        var number = _messages.Number((Names[self], send.To, send.Message with { Reason = "" }));
        return number < 128 ? number : throw new InvalidOperationException("More than 128 distinct messages: give the network a wider set.");
    }

    private static string Describe(ProtocolInput input) => input is Elapsed elapsed ? $"{elapsed.Timer} elapses" : input.GetType().Name;

    // ---- When faults end -------------------------------------------------------------------------------------------

    /// <summary>
    /// Everything in flight is lost, and from then on nothing is: no crash, no cancelling. Says what is wrong when this does
    /// not lead to exactly one owner that runs, and the other board at rest.
    /// </summary>
    private string? End(World world)
    {
        var version = world.Version;
        int[] boards = [world.A, world.B];
        var inFlight = new Queue<int>();
        for (var round = 0; round < 60; round++)
        {
            if (IsSettled(boards)) return null;
            if (boards.All(b => _boards[b].Runs)) return "two copies run when faults end";
            for (var self = 0; self < 2; self++) version += Work(boards, self, version, inFlight);
            while (inFlight.TryDequeue(out var message))
            {
                var to = Array.IndexOf(Names, _messages[message].To);
                Settle(boards, to, Delivery(boards[to], to, message), inFlight);
            }
            // Impatience comes last, after everything else had its chance.
            var timer = round % 10 == 9 ? ProtocolTimer.Patience : ProtocolTimer.Retry;
            for (var self = 0; self < 2; self++)
            {
                if (_boards[boards[self]] is { State: not null } board) Settle(boards, self, Take(board, self, new Elapsed(timer)), inFlight);
            }
        }
        return $"stuck when faults end: A is {Where(boards[0])}, B is {Where(boards[1])}";
    }

    /// <summary>Lets the board do all that is asked of it: restart, write, check, copy, freeze, verify.</summary>
    private int Work(int[] boards, int self, int version, Queue<int> inFlight)
    {
        var freezes = 0;
        for (var progress = true; progress;)
        {
            var board = _boards[boards[self]];
            var before = boards[self];
            if (board.State is null) Settle(boards, self, Restart(board, self), inFlight);
            else if (board.Pending is not null) Settle(boards, self, CompleteWrite(board, self), inFlight);
            else
            {
                foreach (var input in Inputs(board.State, self, version).Where(IsWork))
                {
                    var effect = Take(_boards[boards[self]], self, input);
                    Settle(boards, self, effect, inFlight);
                    freezes += effect.Froze ? 1 : 0;
                }
            }
            progress = boards[self] != before;
        }
        return freezes;
    }

    private static bool IsWork(ProtocolInput input) => input is Converged or Frozen or ImageKept or OfferAccepted or Verified;

    private static void Settle(int[] boards, int self, Effect effect, Queue<int> inFlight)
    {
        if (effect.Board < 0) return;
        boards[self] = effect.Board;
        for (var message = 0; message < 128; message++)
        {
            if ((effect.Sent >> message & 1) != 0) inFlight.Enqueue(message);
        }
    }

    private bool IsSettled(int[] boards)
    {
        var rests = boards.Select(b => _boards[b]).Where(b => b is { Runs: false, Pending: null, State.Destination.Phase: DestinationPhase.Absent });
        var owns = boards.Select(b => _boards[b]).Where(b => b is { Runs: true, Pending: null, State.Source.Phase: SourcePhase.Owning });
        return rests.Count() == 1 && owns.Count() == 1;
    }

    private string Where(int board)
    {
        return $"{Phase(_boards[board].State)}{(_boards[board].Runs ? ", running" : "")}";
    }

    private static string Phase(VmState? state) => state switch
    {
        null => "down",
        { Source: { } source } => $"source {source.Phase}",
        _ => $"destination {state.Destination!.Phase}",
    };
}
