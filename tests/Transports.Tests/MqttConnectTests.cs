// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Demo;
using EdgeHypervisor.Transports.Mqtt;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>Getting in, and the words for not getting in.</summary>
public sealed class MqttConnectTests
{
    [Fact]
    public void A_machine_without_mosquitto_skips_the_tests_that_need_it_and_no_others() =>
        Assert.Equal(AllTransports.HasMosquitto, ((IEnumerable<object[]>)new ClientLibraries()).Any());

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task A_broker_that_is_not_there_is_named_with_the_reason(string library)
    {
        var port = FreePort.Next();
        var reason = await FailureOfAsync(library, new() { ["host"] = "127.0.0.1", ["port"] = $"{port}" });
        Assert.Contains($"MQTT broker 127.0.0.1:{port}: ", reason);
        Assert.Contains("refused", reason, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task A_host_that_does_not_exist_is_named(string library)
    {
        var reason = await FailureOfAsync(library, new() { ["host"] = "no-such-host.invalid" });
        Assert.StartsWith("MQTT broker no-such-host.invalid:1883: ", reason);
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task A_host_that_accepts_and_says_nothing_times_out(string library)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var reason = await FailureOfAsync(library, new() { ["host"] = "127.0.0.1", ["port"] = $"{port}", ["connectTimeoutSeconds"] = "1" });
        Assert.Equal($"MQTT broker 127.0.0.1:{port}: no answer within 1 s", reason);
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task A_wrong_password_gives_the_reason_of_the_broker(string library)
    {
        using var broker = await StartWithPasswordsAsync();
        var reason = await FailureOfAsync(library, OptionsFor(broker, ("username", "desk"), ("password", "wrong")));
        Assert.Contains("Not authorized (0x87)", reason);
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task User_and_password_get_in_also_from_a_file(string library)
    {
        using var broker = await StartWithPasswordsAsync();
        await ConnectAsync(library, OptionsFor(broker, ("username", "desk"), ("password", "right")));
        await File.WriteAllTextAsync(broker.PathOf("secret"), "right\n");
        await ConnectAsync(library, OptionsFor(broker, ("username", "desk"), ("passwordFile", broker.PathOf("secret"))));
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task Tls_believes_the_authority_it_is_given(string library)
    {
        using var broker = await StartWithTlsAsync("127.0.0.1");
        await ConnectAsync(library, OptionsFor(broker, ("caFile", broker.PathOf("authority.pem"))));
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task Tls_does_not_believe_another_authority(string library)
    {
        using var broker = await StartWithTlsAsync("127.0.0.1");
        var reason = await FailureOfAsync(library, OptionsFor(broker, ("caFile", broker.PathOf("stranger.pem"))));
        Assert.Contains("certificate", reason, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task Tls_does_not_believe_the_operating_systems_authorities_about_a_private_one(string library)
    {
        using var broker = await StartWithTlsAsync("127.0.0.1");
        var reason = await FailureOfAsync(library, OptionsFor(broker, ("tls", "true")));
        Assert.Contains("certificate", reason, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task Tls_does_not_believe_another_hosts_certificate(string library)
    {
        using var broker = await StartWithTlsAsync("somebody.else.example");
        var reason = await FailureOfAsync(library, OptionsFor(broker, ("caFile", broker.PathOf("authority.pem"))));
        Assert.Contains("certificate", reason, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task Tls_told_to_be_insecure_believes_anybody(string library)
    {
        using var broker = await StartWithTlsAsync("somebody.else.example");
        await ConnectAsync(library, OptionsFor(broker, ("tls", "true"), ("insecure", "true")));
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task A_broker_that_asks_for_a_certificate_gets_ours(string library)
    {
        using var broker = await StartWithTlsAsync("127.0.0.1", "require_certificate true");
        var options = OptionsFor(broker, ("caFile", broker.PathOf("authority.pem")));
        await FailureOfAsync(library, options);
        await ConnectAsync(library, new(options) { ["certificateFile"] = broker.PathOf("board.pem"), ["keyFile"] = broker.PathOf("board.key") });
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task A_large_message_passes_through_tls(string library)
    {
        using var broker = await StartWithTlsAsync("127.0.0.1");
        await using var connection = await ConnectedAsync(library, OptionsFor(broker, ("caFile", broker.PathOf("authority.pem"))));
        var recorder = new Recorder();
        await connection.SubscribeAsync("bulk", TransportQos.AtLeastOnce, recorder.Handle, Patience.Token);
        var payload = new byte[300_000];
        Random.Shared.NextBytes(payload);
        for (var i = 0; i < 10; i++)
            await connection.PublishAsync(new TransportMessage { Topic = "bulk", Payload = payload, Qos = TransportQos.AtLeastOnce }, Patience.Token);
        for (var i = 0; i < 10; i++) Assert.Equal(payload, (await recorder.NextAsync()).Payload.ToArray());
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task A_broker_that_is_killed_and_comes_back_finds_its_clients_again(string library)
    {
        using var broker = await MosquittoBroker.StartAsync();
        await using var connection = await ConnectedAsync(library, OptionsFor(broker));
        var recorder = new Recorder();
        await connection.SubscribeAsync("beat", TransportQos.AtLeastOnce, recorder.Handle, Patience.Token);
        var lost = new TaskCompletionSource();
        connection.ConnectionChanged += connected => { if (!connected) lost.TrySetResult(); };
        broker.Kill();
        await lost.Task.WaitAsync(Patience.Limit);
        var publishing = connection.PublishAsync(Messages.Of("beat", "again"), Patience.Token);
        await broker.StartAsync();
        await publishing;
        Assert.Equal("again", await recorder.NextTextAsync());
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task Connecting_waits_for_a_broker_that_starts_later(string library)
    {
        using var broker = await MosquittoBroker.StartAsync();
        broker.Kill();
        var context = new TestContext("early", With(library, OptionsFor(broker)));
        await using var connection = new MqttPlugin().Create(context);
        var connecting = connection.ConnectAsync(Patience.Token);
        await ReportedAsync(context);
        await broker.StartAsync();
        await connecting;
        Assert.True(connection.IsConnected);
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task A_broker_that_ends_the_connection_is_quoted(string library)
    {
        // DISCONNECT with a reason and no properties (OASIS MQTT 5.0, section 3.14).
        using var broker = new ScriptedBroker([.. ScriptedBroker.Accept, 0xE0, 2, 0x8E, 0]);
        var context = new TestContext("desk", With(library, new() { ["host"] = "127.0.0.1", ["port"] = $"{broker.Port}" }));
        await using var connection = new MqttPlugin().Create(context);
        await connection.ConnectAsync(Patience.Token);
        await ReportedAsync(context);
        Assert.Contains("connection lost: the broker closed the connection: Session taken over (0x8E)", context.Reports.First());
    }

    [Theory, ClassData(typeof(ClientLibraries))]
    public async Task A_broker_that_talks_nonsense_is_left_with_a_report(string library)
    {
        var random = new Random(5);
        for (var round = 0; round < 20; round++)
        {
            var nonsense = new byte[random.Next(1, 200)];
            random.NextBytes(nonsense);
            // Never a first packet that looks like CONNACK, nor one that needs more bytes than there are.
            (nonsense[0], nonsense[^1]) = (0xF7, 0xFF);
            if (nonsense.Length > 1) nonsense[1] = 0;
            using var broker = new ScriptedBroker(nonsense);
            var context = new TestContext("desk", With(library, new()
            {
                ["host"] = "127.0.0.1",
                ["port"] = $"{broker.Port}",
                ["connectTimeoutSeconds"] = "1",
            }));
            await using var connection = new MqttPlugin().Create(context);
            using var giveUp = new CancellationTokenSource();
            var connecting = connection.ConnectAsync(giveUp.Token);
            await ReportedAsync(context);
            giveUp.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        }
    }

    [Theory]
    [InlineData("port", "0", "option 'port': '0' is not a whole number from 1 to 65535")]
    [InlineData("hots", "x", "option 'hots': unknown")]
    [InlineData("caFile", "/no/such/file", "option 'caFile': there is no file /no/such/file")]
    [InlineData("certificateFile", "/etc/hostname", "'certificateFile' and 'keyFile' go together")]
    [InlineData("passwordFile", "/no/such/file", "option 'passwordFile':")]
    [InlineData("client", "carrier-pigeon", "option 'client': 'carrier-pigeon' is not in this build; it has")]
    public void An_option_that_does_not_fit_is_named(string option, string value, string problem)
    {
        var context = new TestContext("x", new() { [option] = value });
        Assert.Contains(problem, Assert.Throws<OptionException>(() => new MqttPlugin().Create(context)).Message);
    }

    private static Dictionary<string, string> OptionsFor(MosquittoBroker broker, params (string, string)[] more)
    {
        var options = new Dictionary<string, string> { ["host"] = "127.0.0.1", ["port"] = $"{broker.Port}", ["maximumBackoffSeconds"] = "1" };
        foreach (var (name, value) in more) options[name] = value;
        return options;
    }

    private static Dictionary<string, string> With(string library, Dictionary<string, string> options) => new(options) { ["client"] = library };

    private static async Task ConnectAsync(string library, Dictionary<string, string> options)
    {
        await using var connection = await ConnectedAsync(library, options);
        Assert.True(connection.IsConnected);
    }

    private static async Task<ITransportConnection> ConnectedAsync(string library, Dictionary<string, string> options, string clientId = "test")
    {
        var connection = new MqttPlugin().Create(new TestContext(clientId, With(library, options)));
        await connection.ConnectAsync(Patience.Token);
        return connection;
    }

    private static async Task<string> FailureOfAsync(string library, Dictionary<string, string> options)
    {
        var context = new TestContext("test", With(library, options));
        await using var connection = new MqttPlugin().Create(context);
        using var giveUp = new CancellationTokenSource();
        var connecting = connection.ConnectAsync(giveUp.Token);
        var report = await ReportedAsync(context);
        giveUp.Cancel();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.Equal($"gave up connecting: {report}", error.Message);
        return report;
    }

    private static async Task<string> ReportedAsync(TestContext context)
    {
        await context.Reported.WaitAsync(Patience.Limit);
        return context.Reports.First();
    }

    private static Task<MosquittoBroker> StartWithPasswordsAsync() => MosquittoBroker.StartAsync(
        "allow_anonymous false\npassword_file @/passwords", folder => MosquittoBroker.WritePassword(folder, "desk", "right"));

    private static Task<MosquittoBroker> StartWithTlsAsync(string host, string more = "") => MosquittoBroker.StartAsync(
        $"allow_anonymous true\ncafile @/authority.pem\ncertfile @/broker.pem\nkeyfile @/broker.key\n{more}",
        folder =>
        {
            using var authority = new Certificates(folder, "authority");
            using var stranger = new Certificates(folder, "stranger");
            authority.Issue("broker", host, loopback: host == "127.0.0.1");
            authority.Issue("board", "desk");
        });
}
