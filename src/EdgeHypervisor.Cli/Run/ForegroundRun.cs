// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;
using EdgeHypervisor.Composition;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Cli;

/// <summary>Runs one machine until its guest switches itself off, fails, or somebody ends it.</summary>
internal static class ForegroundRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <returns>The guest's own exit code.</returns>
    public static int Run(CommandContext context, RunRequest request, CancellationToken cancellation)
    {
        var (vm, blueprint) = RunPlan.Make(request);
        using var plugins = new PluginRepository(Installation.With(request.PluginFolders, Installation.PluginFolders), files: PluginFiles.InPlace);
        using var serial = SerialLines.Open(request.Serial, context);
        using var scheduler = new VmScheduler(workers: 1);
        using var ports = RunPorts.Create(vm, request.Board, plugins, line => Say(context, serial, line));
        using var machine = VirtualMachineBuilder.From(blueprint, scheduler, new PluginCatalog(plugins))
            .Ports(ports.Provider)
            .Log((level, component, message) => Note(context, serial, level, component, message))
            .Build();
        using var onlookers = Onlookers.Open(machine, request, context.Format, line => Say(context, serial, line));
        var status = Run(machine, serial.Lines, Connect(serial, ports.Consoles), onlookers, cancellation);
        if (status is null) return ExitCode.Ok;
        if (status.State == VmState.Stopped) return status.ExitCode ?? ExitCode.Ok;
        Say(context, serial, status.ToString());
        return ExitCode.RunFailed;
    }

    private static bool HasEnded(VmStatus status) => status.State is VmState.Stopped or VmState.Faulted;

    // The console of each line; null for the usual one where the machine has no such port.
    private static VmConsole?[] Connect(SerialLines serial, ConsolePorts consoles)
    {
        var connected = new VmConsole?[serial.Lines.Length];
        for (var i = 0; i < connected.Length; i++)
        {
            var device = serial.Lines[i].Device;
            connected[i] = consoles.Find(device);
            if (connected[i] is null && device != SerialLines.FirstSerialPort)
                throw new UserErrorException($"--serial: the machine has no serial port '{device}'", $"it has {string.Join(", ", consoles.Consoles.Select(console => console.Device))}", ExitCode.Usage);
        }
        return connected;
    }

    private static VmStatus? Run(VirtualMachine machine, NamedLine[] lines, VmConsole?[] consoles, Onlookers onlookers, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Exception? failure = null;
        void Fail(Exception e)
        {
            failure = e; // a full disk, say
            if (!end.IsCancellationRequested) end.Cancel();
        }
        var output = new Thread?[lines.Length];
        for (var i = 0; i < output.Length; i++)
        {
            if (consoles[i] is not { } console) continue;
            var line = lines[i].Line;
            output[i] = StartCopyingOut(console, line, Fail, end.Token);
            line.OnQuit(end.Cancel);
            line.Start((bytes, token) => new ValueTask(console.WriteAsync(bytes, token)), end.Token);
        }
        if (!onlookers.IsAwaited) machine.Start();
        VmStatus? status = null;
        try
        {
            status = Follow(machine, onlookers, end.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Ctrl-A x, or a line that cannot be written to.
        }
        finally
        {
            end.Cancel();
            for (var i = 0; i < output.Length; i++)
            {
                if (output[i] is { } copying) Finish(copying, consoles[i]!, () => status is null || cancellation.IsCancellationRequested);
            }
        }
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return status;
    }

    private static VmStatus Follow(VirtualMachine machine, Onlookers onlookers, CancellationToken cancellation)
    {
        while (true)
        {
            var status = WaitForEnd(machine, cancellation);
            // A debugger may look at what has failed, and set it right.
            onlookers.Leave(status, cancellation);
            if (HasEnded(machine.Status)) return machine.Status;
        }
    }

    private static VmStatus WaitForEnd(VirtualMachine machine, CancellationToken cancellation)
    {
        using var ended = new ManualResetEventSlim(initialState: false, spinCount: 0); // an end is not worth looking for all the time
        VmStatus? end = null;
        void Look(VirtualMachine vm, VmStatus status)
        {
            if (HasEnded(status) && Interlocked.CompareExchange(ref end, status, null) is null) ended.Set();
        }
        machine.StatusChanged += Look;
        try
        {
            Look(machine, machine.Status);
            ended.Wait(cancellation);
            return end!;
        }
        finally
        {
            machine.StatusChanged -= Look;
        }
    }

    private static Thread StartCopyingOut(VmConsole console, ISerialLine serial, Action<Exception> fail, CancellationToken ended)
    {
        var copying = new Thread(Copy) { IsBackground = true, Name = $"output {console.Device}" };
        copying.Start();
        return copying;

        void Copy()
        {
            try
            {
                CopyOut(console, serial, ended);
            }
            catch (IOException e)
            {
                fail(e);
            }
        }
    }

    // However slow a line is, it gets what the guest said before its own end. Who asks for the end waits for no line that takes nothing.
    private static void Finish(Thread copying, VmConsole console, Func<bool> isAskedFor)
    {
        while (!copying.Join(Patience))
        {
            if (!isAskedFor()) continue;
            console.Keep(null); // the guest may wait for the line
            return;
        }
    }

    // What the guest said before its end is written before ours; it waits for a line that is slower than itself.
    private static void CopyOut(VmConsole console, ISerialLine serial, CancellationToken ended)
    {
        var buffer = new byte[16 * 1024];
        var position = 0L;
        try
        {
            while (true)
            {
                console.Keep(position);
                while (console.Read(ref position, buffer) is var count and > 0)
                {
                    serial.Write(buffer.AsSpan(0, count));
                    console.Keep(position);
                }
                if (ended.IsCancellationRequested) return;
                console.WaitForOutput(position, ended);
            }
        }
        finally
        {
            console.Keep(null);
        }
    }

    private static void Note(CommandContext context, SerialLines serial, VmLogLevel level, string component, string message)
    {
        if (level >= VmLogLevel.Warning) Say(context, serial, $"{component}: {message}");
    }

    private static void Say(CommandContext context, SerialLines serial, string message) =>
        context.Error.Write($"ehv: {Printable.Text(message)}{(serial.IsInteractive ? "\r\n" : "\n")}");
}
