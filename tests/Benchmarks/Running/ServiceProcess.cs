// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace EdgeHypervisor.Benchmarks;

/// <summary>The service, started as systemd starts it: it says on a notify socket when it is ready. sd_notify(3).</summary>
internal sealed class ServiceProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bench-service-");
    private readonly Process _process;

    private ServiceProcess(string program, string root, string data, Socket notify)
    {
        var socket = Path.Combine(_folder.FullName, "notify");
        notify.Bind(new UnixDomainSocketEndPoint(socket));
        var start = new ProcessStartInfo(program,
            ["--board", Path.Combine(root, "boards", "simulated-pi.yaml"), "--data", data, "--socket", Path.Combine(_folder.FullName, "control.sock")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NOTIFY_SOCKET"] = socket;
        _process = Process.Start(start) ?? throw new BenchmarkException("the service did not start");
        _process.BeginOutputReadLine();
        _process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        _process.BeginErrorReadLine();
    }

    private readonly StringBuilder _errors = new();

    /// <summary>From the start of the process to its <c>READY=1</c>, with a data folder that a start before has left, or an empty one.</summary>
    /// <exception cref="BenchmarkException">It does not get ready.</exception>
    public static TimeSpan TimeToReady(string program, string root, string data)
    {
        using var notify = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 100 };
        var watch = Stopwatch.StartNew();
        using var service = new ServiceProcess(program, root, data, notify);
        while (!service.HearsReady(notify))
        {
            if (service._process.HasExited || watch.Elapsed > Patience) throw new BenchmarkException($"the service does not get ready:\n{service._errors}");
        }
        return watch.Elapsed;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Terminate(_process.Id);
            if (!_process.WaitForExit(Patience)) _process.Kill();
        }
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private bool HearsReady(Socket notify)
    {
        var buffer = new byte[4096];
        try
        {
            var text = Encoding.UTF8.GetString(buffer, 0, notify.Receive(buffer));
            return text.Split('\n').Contains("READY=1");
        }
        catch (SocketException silence) when (silence.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return false;
        }
    }

    private static void Terminate(int processId) => Process.Start("kill", ["-TERM", processId.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();

    /// <summary>The service as the build left it: compiled while it runs. Beside this program's own folder: artifacts/bin/PROJECT/CONFIGURATION.</summary>
    public static string AsBuilt
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(own.Parent!.Parent!.FullName, "EdgeHypervisor.Host", own.Name, "edge-hypervisord");
        }
    }

    /// <summary>The service as a board has it, compiled ahead of time: <c>make bench</c> installs it below artifacts/.</summary>
    public static string AsInstalled(string root) => Path.Combine(InstalledFolder(root), "edge-hypervisord");

    /// <summary><c>ehv</c> beside it.</summary>
    public static string InstalledCommand(string root) => Path.Combine(InstalledFolder(root), "ehv");

    private static string InstalledFolder(string root) => Path.Combine(root, "artifacts", "installed", "usr", "lib", "edge-hypervisor");
}
