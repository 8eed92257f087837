// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Threading.Channels;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>
/// A link on libmosquitto, with a thread of its own that alone calls the library: callers hand it commands.
/// </summary>
/// <remarks>
/// The library's threaded mode queues without bound and waits with select(2). Here at most one packet waits inside the
/// library: the next command is handed over when the socket has taken the last one.
/// </remarks>
internal sealed class MosquittoLink : IMqttLink
{
    private const int MaximumWaitingCommands = 64;

    /// <summary>Without room a packet in so many milliseconds is read all the same while an answer is due.</summary>
    private const int TrickleMs = 20;

    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    // mosquitto_lib_init and _cleanup count their callers, but are not thread-safe.
    private static readonly Lock LibraryLock = new();

    private readonly LinkSettings _settings;
    private readonly Inbox _inbox;
    private readonly Channel<MosquittoCommand> _commands =
        Channel.CreateBounded<MosquittoCommand>(new BoundedChannelOptions(MaximumWaitingCommands) { SingleReader = true });
    private readonly Dictionary<int, MosquittoCommand> _unanswered = [];
    private readonly TaskCompletionSource<BrokerLimits> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WakeUp _wakeUp = new();
    private nint _client;
    private nint _userData;
    private bool _isOpen;
    private string? _reason;
    private string? _lastLogLine;
    private volatile bool _stopping;
    private bool _started;

    public MosquittoLink(LinkSettings settings, Inbox inbox)
    {
        _settings = settings;
        _inbox = inbox;
    }

    public Task<string> Closed => _closed.Task;

    public async Task<BrokerLimits> ConnectAsync(CancellationToken cancellation)
    {
        _inbox.Taken += _wakeUp.Set;
        _started = true;
        new Thread(Run) { IsBackground = true, Name = "mqtt" }.Start();
        try
        {
            return await _connected.Task.WaitAsync(_settings.Broker.ConnectTimeout, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new TransportException($"no answer within {_settings.Broker.ConnectTimeout.TotalSeconds:0} s");
        }
    }

    public Task PublishAsync(TransportMessage message) => ExecuteAsync(new PublishCommand(message));

    public Task SubscribeAsync(LinkSubscription subscription) => ExecuteAsync(new SubscribeCommand(subscription));

    public Task UnsubscribeAsync(string filter) => ExecuteAsync(new UnsubscribeCommand(filter));

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _commands.Writer.TryComplete();
        _wakeUp.Set();
        // A thread that is still connecting cannot be called back; it cleans up by itself when the system gives up.
        if (_started && _connected.Task.IsCompletedSuccessfully) await _closed.Task.ConfigureAwait(false);
        if (!_started) _wakeUp.Dispose();
    }

    private async Task ExecuteAsync(MosquittoCommand command)
    {
        try
        {
            await _commands.Writer.WriteAsync(command).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new LinkLostException(_closed.Task.IsCompleted ? await _closed.Task.ConfigureAwait(false) : "closed");
        }
        _wakeUp.Set();
        await command.Done.ConfigureAwait(false);
    }

    // Everything below runs on the link's own thread, the callbacks included.
    private void Run()
    {
        try
        {
            Open();
            while (!_stopping && _reason is null) Turn();
            if (_reason is null) SayGoodbye();
        }
        catch (Exception e)
        {
            _reason ??= e is TransportException ? e.Message : $"{e.GetType().Name}: {e.Message}";
        }
        Close();
    }

    private void Open()
    {
        lock (LibraryLock) Check(Mosquitto.Init(), 0);
        _userData = GCHandle.ToIntPtr(GCHandle.Alloc(this));
        _client = Mosquitto.New(_settings.ClientId, _settings.CleanStart, _userData);
        if (_client == 0) throw new TransportException($"'{_settings.ClientId}' is not a client identifier");
        MosquittoCallbacks.Register(_client);
        Configure();
        using var properties = MosquittoProperties.OfConnect(_settings);
        var broker = _settings.Broker;
        var error = Mosquitto.Connect(_client, broker.Host, broker.Port, (int)broker.KeepAlive.TotalSeconds, null, properties.List);
        Check(error, Marshal.GetLastPInvokeError());
        if (Mosquitto.Socket(_client) < 0) throw new TransportException("no connection");
    }

    private void Configure()
    {
        Check(Mosquitto.SetOption(_client, Mosquitto.OptionProtocolVersion, Mosquitto.ProtocolVersion5), 0);
        Check(Mosquitto.SetOption(_client, Mosquitto.OptionTcpNoDelay, 1), 0);
        if (_settings.Broker.Username is { } username) Check(Mosquitto.SetCredentials(_client, username, _settings.Broker.Password), 0);
        if (_settings.Broker.Tls is { } tls) ConfigureTls(tls);
        if (_settings.Will is { } will) ConfigureWill(will);
    }

    private void ConfigureTls(TlsSettings tls)
    {
        if (tls.CaFile is null) Check(Mosquitto.SetOption(_client, Mosquitto.OptionTlsUseOsCertificates, 1), 0);
        var caPath = tls.CaFile is null ? "/etc/ssl/certs" : null;
        Check(Mosquitto.SetTls(_client, tls.CaFile, caPath, tls.CertificateFile, tls.KeyFile, 0), 0);
        Check(Mosquitto.SetTlsOptions(_client, tls.Insecure ? 0 : 1, null, null), 0);
        Check(Mosquitto.SetTlsInsecure(_client, tls.Insecure), 0);
    }

    private unsafe void ConfigureWill(TransportMessage will)
    {
        var properties = MosquittoProperties.OfMessage(will);
        // SAFETY: the payload stays pinned during the call, which copies it. The library takes the properties over.
        fixed (byte* payload = will.Payload.Span)
            Check(Mosquitto.SetWill(_client, will.Topic, will.Payload.Length, payload, (int)will.Qos, will.Retain, properties.List), 0);
    }

    // One round: hand over what can be handed over, wait, let the library read and write.
    private void Turn()
    {
        if (_isOpen) HandOver();
        if (_reason is not null) return;
        var socket = Mosquitto.Socket(_client);
        if (socket < 0)
        {
            Lose("the connection was closed");
            return;
        }
        var isAnswerDue = _unanswered.Count > 0;
        var reading = _inbox.HasRoom(isAnswerDue);
        var (readable, writable) = _wakeUp.Wait(socket, reading, Mosquitto.WantsToWrite(_client), !reading && isAnswerDue ? TrickleMs : WaitMs);
        // The answer that a handler waits for may be behind more than there is room for: packet by packet it comes, rather than never.
        if (!reading && isAnswerDue && !writable) (readable, _) = _wakeUp.Wait(socket, reading: true, writing: false, 0);
        // During a TLS handshake the library goes on with it in its read function, whichever way it waits.
        if (readable || (writable && !_isOpen)) CheckLoop(Mosquitto.Read(_client, 1));
        if (readable) QuickAck.After(socket);
        if (writable) CheckLoop(Mosquitto.Write(_client, 1));
        if (_reason is null) CheckLoop(Mosquitto.KeepAlive(_client));
    }

    // Often enough for the library to send its pings in time.
    private int WaitMs => (int)Math.Clamp(_settings.Broker.KeepAlive.TotalMilliseconds / 4, 500, 10_000);

    private void HandOver()
    {
        while (_reason is null && !Mosquitto.WantsToWrite(_client) && _commands.Reader.TryRead(out var command)) Send(command);
    }

    private void Send(MosquittoCommand command)
    {
        try
        {
            var error = command.Send(_client, out var id);
            if (error != Mosquitto.Success)
                FailCommand(command, error);
            else if (command.IsAnswered)
                _unanswered.Add(id, command);
            else
                command.Answer(0);
        }
        catch (TransportException e)
        {
            command.Fail(e);
        }
    }

    private void FailCommand(MosquittoCommand command, int error)
    {
        if (Mosquitto.IsConnectionError(error))
        {
            command.Fail(new LinkLostException(Mosquitto.Describe(error, 0)));
            Lose(Mosquitto.Describe(error, 0));
        }
        else
        {
            command.Fail(new TransportException(Mosquitto.Describe(error, 0)));
        }
    }

    private void SayGoodbye()
    {
        var until = Environment.TickCount64 + (long)GoodbyeTime.TotalMilliseconds;
        while (_isOpen && _reason is null && _commands.Reader.TryPeek(out _) && Environment.TickCount64 < until) Turn();
        if (!_isOpen || _reason is not null) return;
        _ = Mosquitto.Disconnect(_client, 0, 0);
        while (Mosquitto.Socket(_client) >= 0 && Mosquitto.WantsToWrite(_client) && Environment.TickCount64 < until)
        {
            _ = _wakeUp.Wait(Mosquitto.Socket(_client), reading: false, writing: true, 100);
            if (Mosquitto.Write(_client, 1) != Mosquitto.Success) return;
        }
    }

    private void Close()
    {
        _inbox.Taken -= _wakeUp.Set;
        _commands.Writer.TryComplete();
        if (_client != 0) Mosquitto.Destroy(_client);
        if (_userData != 0) GCHandle.FromIntPtr(_userData).Free();
        lock (LibraryLock) _ = Mosquitto.Cleanup();
        var reason = _reason ?? "closed";
        foreach (var command in _unanswered.Values) command.Fail(new LinkLostException(reason));
        while (_commands.Reader.TryRead(out var command)) command.Fail(new LinkLostException(reason));
        _connected.TrySetException(new TransportException(reason));
        _ = _connected.Task.Exception;
        _closed.TrySetResult(reason);
        _wakeUp.Dispose();
    }

    private void CheckLoop(int error)
    {
        if (error != Mosquitto.Success) Lose(Explain(error, Marshal.GetLastPInvokeError()));
    }

    private void Check(int error, int errno)
    {
        if (error != Mosquitto.Success) throw new TransportException(Explain(error, errno));
    }

    // Of TLS the library's number says only that it failed; its log line says why.
    private string Explain(int error, int errno)
    {
        var text = Mosquitto.Describe(error, errno);
        return _lastLogLine is null ? text : $"{text}: {_lastLogLine}";
    }

    private void Lose(string reason) => _reason ??= reason;

    internal void Break(Exception exception) => Lose($"{exception.GetType().Name}: {exception.Message}");

    internal void OnConnected(int reason, int flags, nint properties)
    {
        if (reason >= ReasonCode.FirstError)
        {
            var words = MosquittoProperties.FindReasonString(properties);
            Lose($"the broker refused the connection: {ReasonCode.Describe(reason)}{(words is null ? "" : $": {words}")}");
            return;
        }
        _isOpen = true;
        _connected.TrySetResult(new BrokerLimits(
            (flags & 1) != 0,
            Math.Min(MosquittoProperties.FindMaximumPacketSize(properties) ?? uint.MaxValue, BrokerLimits.ProtocolMaximumPacketBytes),
            MosquittoProperties.FindReceiveMaximum(properties) ?? ushort.MaxValue,
            MosquittoProperties.FindSubscriptionIdentifiersAvailable(properties) != 0));
    }

    internal void OnDisconnected(int reason)
    {
        if (reason >= ReasonCode.FirstError) Lose($"the broker closed the connection: {ReasonCode.Describe(reason)}");
    }

    internal void OnAnswer(int id, int reason)
    {
        if (_unanswered.Remove(id, out var command)) command.Answer(reason);
    }

    internal void OnMessage(ReceivedMessage message) => _inbox.Post(message);

    internal void OnLog(string line) => _lastLogLine = line;
}
