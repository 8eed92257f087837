// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Cli;

/// <summary>Who looks into the machine of <c>ehv run</c>: a debugger, a trace, a profile.</summary>
internal sealed class Onlookers : IDisposable
{
    private const int ProfiledPlaces = 20;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private readonly VirtualMachine _machine;
    private readonly Action<string> _say;
    private GdbServer? _debugger;
    private VmTrace? _trace;
    private Task? _recording;
    private VmProfile? _profile;

    private Onlookers(VirtualMachine machine, Action<string> say) => (_machine, _say) = (machine, say);

    /// <summary>Whether the machine is to stand still until the debugger lets it go on.</summary>
    public bool IsAwaited { get; private set; }

    public static Onlookers Open(VirtualMachine machine, RunRequest request, OutputFormat format, Action<string> say)
    {
        var onlookers = new Onlookers(machine, say);
        try
        {
            if (request.Gdb is { } place) onlookers.OpenDebugger(DebugPlace.Parse(place));
            if (request.Trace is { } file) onlookers.OpenTrace(file, request, format);
            if (request.IsProfiled) onlookers._profile = VmProfile.TryBegin(machine);
            return onlookers;
        }
        catch (NotSupportedException e)
        {
            throw new UserErrorException(e.Message);
        }
    }

    /// <summary>The machine has ended. A debugger that is there may look at what has failed, until it leaves; of a machine that is off it is only told.</summary>
    public void Leave(VmStatus status, CancellationToken cancellation)
    {
        if (_debugger is not { Session: { IsCompleted: false } session }) return;
        if (status.State == VmState.Faulted)
        {
            _say($"{status}; the debugger has it");
            Task.WaitAny([session], cancellation);
        }
        else
        {
            Task.WaitAny([session], (int)Farewell.TotalMilliseconds, cancellation);
        }
    }

    public void Dispose()
    {
        if (_debugger is not null) _debugger.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _trace?.Dispose();
        _recording?.GetAwaiter().GetResult();
        if (_profile is not null) Tell(_profile);
    }

    private void Tell(VmProfile profile)
    {
        var text = new StringWriter();
        ProfileTable.Write(Profiles.Describe(profile.Report(), _machine.Symbols, ProfiledPlaces), text);
        profile.Dispose();
        foreach (var line in text.ToString().TrimEnd().Split(Environment.NewLine)) _say(line);
    }

    private void OpenDebugger(DebugPlace place)
    {
        try
        {
            _debugger = new GdbServer(_machine, place.EndPoint, goesOn: true);
        }
        catch (SocketException e)
        {
            throw new UserErrorException($"--gdb: cannot listen on {place.EndPoint}: {e.Message}", "choose another port, or 0 for any", ExitCode.Conflict);
        }
        IsAwaited = place.IsAwaited;
        _say($"target remote {_debugger.EndPoint}{(IsAwaited ? " (the machine waits for it)" : "")}");
    }

    private void OpenTrace(string file, RunRequest request, OutputFormat format)
    {
        // Nobody else waits for this machine: it goes as fast as its trace is written, and nothing is lost.
        var filter = TraceFilter.Parse(_machine, request.TraceEvents, request.TracePc, request.TraceDevices) with { Patience = TraceFilter.Unhurried };
        var output = file == "-" ? Console.OpenStandardError() : new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read);
        _trace = VmTrace.TryBegin(_machine, filter)!;
        _recording = RecordAsync(_trace, file, output, request.TraceLimit ?? TraceRecorder.DefaultLimit, format);
    }

    // The machine goes on when the trace has come to its limit, or its disk is full.
    private async Task RecordAsync(VmTrace trace, string file, Stream output, long limit, OutputFormat format)
    {
        await Task.Yield();
        try
        {
            await using (output)
            {
                ITraceFormat lines = format == OutputFormat.Json ? new TraceJson(_machine) : new TraceText(_machine);
                var summary = await new TraceRecorder(trace, lines) { Limit = limit }.WriteToAsync(output, CancellationToken.None);
                if (file != "-") _say($"trace {file}: {summary}");
            }
        }
        catch (IOException e)
        {
            _say($"trace {file}: {e.Message}");
        }
        finally
        {
            trace.Dispose();
        }
    }
}
