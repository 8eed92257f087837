// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>Where the broker is and how to speak to it: the options of <c>transport.mqtt</c>.</summary>
internal sealed record MqttSettings
{
    private const int PlainPort = 1883;
    private const int TlsPort = 8883;

    public required string Host { get; init; }

    public required int Port { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>Null: not encrypted.</summary>
    public TlsSettings? Tls { get; init; }

    public required TimeSpan KeepAlive { get; init; }

    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>The longest pause between two attempts to connect; the first is 250 ms, each next one twice as long.</summary>
    public required TimeSpan MaximumBackoff { get; init; }

    /// <summary>The largest packet that we let the broker send us.</summary>
    public required uint MaximumReceivePacketBytes { get; init; }

    /// <summary>How many bytes may wait for their handlers before the network has to wait.</summary>
    public required long ReceiveQueueBytes { get; init; }

    /// <summary>The name of a client library, or null for this build's own choice.</summary>
    public string? Client { get; init; }

    /// <summary>The broker as messages name it.</summary>
    public string Name => $"MQTT broker {Host}:{Port}";

    /// <summary>Reads the options of a board's configuration.</summary>
    /// <exception cref="OptionException">One is missing, unknown or does not fit.</exception>
    public static MqttSettings Read(ComponentOptions options)
    {
        var tls = TlsSettings.Read(options);
        var settings = new MqttSettings
        {
            Host = options.GetString("host", "localhost"),
            Port = (int)options.GetInteger("port", tls is null ? PlainPort : TlsPort, 1, 65_535),
            Username = options.Find("username"),
            Password = ReadPassword(options),
            Tls = tls,
            KeepAlive = TimeSpan.FromSeconds(options.GetInteger("keepAliveSeconds", 30, 5, 65_535)),
            ConnectTimeout = TimeSpan.FromSeconds(options.GetInteger("connectTimeoutSeconds", 10, 1, 600)),
            MaximumBackoff = TimeSpan.FromSeconds(options.GetInteger("maximumBackoffSeconds", 15, 1, 3_600)),
            MaximumReceivePacketBytes = (uint)Math.Clamp(options.GetBytes("maximumPacketBytes", 1 << 20), 1 << 10, 1 << 28),
            ReceiveQueueBytes = Math.Max(options.GetBytes("receiveQueueBytes", 4 << 20), 1 << 10),
            Client = options.Find("client"),
        };
        options.RefuseUnknown();
        return settings;
    }

    // A file keeps the password out of the configuration: a systemd credential, for example.
    private static string? ReadPassword(ComponentOptions options)
    {
        var password = options.Find("password");
        if (options.Find("passwordFile") is not { } path) return password;
        if (password is not null) throw new OptionException(options.Owner, "passwordFile", "given beside 'password'; only one of the two can hold");
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OptionException(options.Owner, "passwordFile", e.Message);
        }
    }
}
