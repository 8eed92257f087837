// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;
using EdgeHypervisor.PluginLoading;

namespace EdgeHypervisor.Cli;

/// <summary>A connection to the fleet's broker: sees the boards, sends commands, follows jobs.</summary>
internal sealed class FleetClient : IAsyncDisposable
{
    private const string Transport = "transport.mqtt";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(30); // a board may have to ask another one first
    private readonly PluginRepository _plugins;
    private readonly PluginLease<ITransportPlugin> _lease;
    private readonly ITransportConnection _connection;
    private readonly FleetCaller _caller;
    private readonly BoardIdentity? _operator;

    private FleetClient(PluginRepository plugins, PluginLease<ITransportPlugin> lease, ITransportConnection connection, string id, BoardIdentity? identity, string name, string? user)
    {
        (_plugins, _lease, _connection, _operator) = (plugins, lease, connection, identity);
        _caller = new FleetCaller(connection, $"edgehypervisor-client/{id}/answer", (board, verb, payload) => Sign(name, board, verb, payload), user, TimeProvider.System);
    }

    /// <summary>Connects, as the options say.</summary>
    public static async Task<FleetClient> OpenAsync(CommandContext context, CancellationToken cancellation)
    {
        var plugins = new PluginRepository(Installation.PluginFolders);
        PluginLease<ITransportPlugin>? lease = null;
        try
        {
            lease = plugins.Lease<ITransportPlugin>(Transport);
            var id = $"ehv-{Guid.NewGuid():n}"[..16];
            string? last = null;
            var connection = lease.Plugin.Create(new Context(Settings(context), id, message => last = message));
            var key = context.Get(BrokerOptions.Operator) is { } named ? OperatorKey.Of(named) : null;
            var user = context.Get(BrokerOptions.AsUser)
                ? context.Get(BrokerOptions.User) ?? throw new UserErrorException("--as-user needs --user", null, ExitCode.Usage)
                : null;
            var client = new FleetClient(plugins, lease, connection, id, key?.Read(), key?.Name ?? context.Get(BrokerOptions.User) ?? Environment.UserName, user);
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(Patience);
                await connection.ConnectAsync(limit.Token);
                await client._caller.ListenAsync(limit.Token);
                return client;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                await client.DisposeAsync();
                throw new UserErrorException($"the broker cannot be reached{(last is null ? "" : $": {last}")}", "see --broker, --user, --ca", ExitCode.Unreachable);
            }
        }
        catch (Exception e) when (e is PluginException or OptionException)
        {
            lease?.Dispose();
            plugins.Dispose();
            throw;
        }
    }

    /// <summary>What the boards say of themselves.</summary>
    public Task<IReadOnlyList<FleetBoard>> BoardsAsync(CancellationToken cancellation) => FleetView.ReadAsync(_connection, cancellation);

    /// <summary>Sends a command.</summary>
    /// <exception cref="UserErrorException">It is refused, or not answered.</exception>
    public async Task<FleetReply> AskAsync(string board, string verb, byte[] payload, CancellationToken cancellation)
    {
        try
        {
            var answer = await _caller.AskAsync(board, verb, payload, AnswerPatience, cancellation);
            var reply = JsonSerializer.Deserialize(answer.Span, ControlJson.Default.FleetReply) ?? throw new JsonException("null");
            return reply.Error is { } error ? throw new UserErrorException($"{board}: {Output(error)}", null, ExitCode.Conflict) : reply;
        }
        catch (Exception e) when (e is TimeoutException or TransportException)
        {
            throw new UserErrorException(e.Message, "see: ehv fleet ls; a board that does not know who asks answers nothing that the broker lets through", ExitCode.Unreachable);
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"{board}: its answer cannot be read: {e.Message}", "use an ehv of the service's version");
        }
    }

    /// <summary>Sends a firmware image, unless the board has it.</summary>
    /// <returns>Its digest.</returns>
    public async Task<string> SendImageAsync(string board, byte[] content, Action<long> progress, CancellationToken cancellation)
    {
        var digest = "sha256-" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        long offset = 0;
        for (var asked = false; !asked || offset < content.Length; asked = true)
        {
            var piece = asked ? content.AsMemory((int)offset, (int)Math.Min(ImageCommand.PieceBytes, content.Length - offset)) : default;
            var reply = await AskAsync(board, "image", new ImageCommand(digest, content.Length, offset, piece).ToJson(), cancellation);
            if (reply.Received is not (>= 0 and var received) || received > content.Length) throw new UserErrorException($"{board} answers something else than how much of the image it has");
            progress(offset = received);
        }
        return digest;
    }

    /// <summary>Looks after a job until it is over; each change is told.</summary>
    public async Task<FleetReply> FollowAsync(string board, FleetReply job, Action<FleetReply> changed, CancellationToken cancellation)
    {
        while (true)
        {
            changed(job);
            if (job.Job is { IsFinished: true } or null && job.FleetJob is { IsFinished: true } or null) return job;
            await Task.Delay(TimeSpan.FromMilliseconds(250), cancellation);
            job = await AskAsync(board, "jobs", new JobCommand(job.Job?.Id ?? job.FleetJob!.Id).ToJson(), cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _lease.Dispose();
        _plugins.Dispose();
        _operator?.Dispose();
    }

    private static string Output(string text) => Printable.Text(text);

    private static Dictionary<string, string> Settings(CommandContext context)
    {
        var broker = context.Get(BrokerOptions.Broker) ?? Environment.GetEnvironmentVariable("EHV_BROKER");
        if (string.IsNullOrEmpty(broker)) throw new UserErrorException("which broker?", "name it with --broker HOST[:PORT] or EHV_BROKER", ExitCode.Usage);
        var settings = new Dictionary<string, string> { ["host"] = broker };
        if (broker.LastIndexOf(':') is > 0 and var colon && !broker.EndsWith(']')) (settings["host"], settings["port"]) = (broker[..colon], broker[(colon + 1)..]);
        Add("username", BrokerOptions.User);
        Add("passwordFile", BrokerOptions.PasswordFile);
        Add("caFile", BrokerOptions.Authorities);
        Add("certificateFile", BrokerOptions.Certificate);
        Add("keyFile", BrokerOptions.Key);
        return settings;

        void Add(string name, System.CommandLine.Option<string?> option)
        {
            if (context.Get(option) is { } value) settings[name] = value;
        }
    }

    private IReadOnlyList<KeyValuePair<string, string>> Sign(string name, string board, string verb, ReadOnlyMemory<byte> payload) => _operator is null
        ? [new(CommandSignature.By, name)]
        : CommandSignature.Sign(_operator, name, board, verb, payload.Span, DateTimeOffset.UtcNow + (CommandSignature.LongestValidity / 3));

    private sealed record Context(Dictionary<string, string> Settings, string ClientId, Action<string> Reporter) : ITransportContext
    {
        public ComponentOptions Options { get; } = new("--broker", Settings);

        public TransportMessage? Will => null;

        public TimeSpan SessionExpiry => TimeSpan.Zero;

        public void Report(string message) => Reporter(message);
    }
}
