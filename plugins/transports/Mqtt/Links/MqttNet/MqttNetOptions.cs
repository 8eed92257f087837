// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using EdgeHypervisor.Abstractions;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>Our settings in MQTTnet's words. Uses only what its versions 5.0 to 5.2 have in common.</summary>
internal static class MqttNetOptions
{
    // With its default of 8 KiB, the socket's buffers become so small that delayed acknowledgements stall large payloads.
    private const int SocketBufferBytes = 256 * 1024;

    public static MqttClientOptions Of(LinkSettings settings)
    {
        var broker = settings.Broker;
        var builder = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer(broker.Host, broker.Port)
            .WithClientId(settings.ClientId)
            .WithCleanStart(settings.CleanStart)
            .WithSessionExpiryInterval(settings.SessionExpirySeconds)
            .WithKeepAlivePeriod(broker.KeepAlive)
            .WithMaximumPacketSize(broker.MaximumReceivePacketBytes);
        if (broker.Username is { } username) builder.WithCredentials(username, broker.Password ?? "");
        if (broker.Tls is { } tls) builder.WithTlsOptions(options => ConfigureTls(options, tls, broker.Host));
        if (settings.Will is { } will) ConfigureWill(builder, will);
        var options = builder.Build();
        if (options.ChannelOptions is MqttClientTcpOptions tcp)
        {
            tcp.BufferSize = SocketBufferBytes;
            // Its default resets the connection at the end, which can destroy the last messages on their way.
            tcp.LingerState = new LingerOption(false, 0);
        }
        return options;
    }

    private static void ConfigureTls(MqttClientTlsOptionsBuilder options, TlsSettings tls, string host)
    {
        var authorities = ReadAuthorities(tls);
        options.UseTls()
            .WithTargetHost(host)
            .WithRevocationMode(X509RevocationMode.NoCheck)
            .WithCertificateValidationHandler(args => tls.Insecure || BrokerCertificate.IsTrusted(args.Certificate, args.SslPolicyErrors, authorities));
        if (tls.CertificateFile is { } file) options.WithClientCertificates([X509Certificate2.CreateFromPemFile(file, tls.KeyFile)]);
    }

    private static X509Certificate2Collection? ReadAuthorities(TlsSettings tls)
    {
        if (tls.CaFile is not { } file) return null;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities;
    }

    private static void ConfigureWill(MqttClientOptionsBuilder builder, TransportMessage will)
    {
        builder.WithWillTopic(will.Topic)
            .WithWillPayload(will.Payload.ToArray())
            .WithWillQualityOfServiceLevel((MqttQualityOfServiceLevel)will.Qos)
            .WithWillRetain(will.Retain);
        if (will.Expiry > TimeSpan.Zero) builder.WithWillMessageExpiryInterval(MqttNetMessage.ExpirySeconds(will));
        if (will.ContentType is { } type) builder.WithWillContentType(type);
        if (will.ResponseTopic is { } topic) builder.WithWillResponseTopic(topic);
        if (!will.CorrelationData.IsEmpty) builder.WithWillCorrelationData(will.CorrelationData.ToArray());
#pragma warning disable CS0618 // Version 5.2 calls the text obsolete, 5.0 has nothing else.
        foreach (var (key, value) in will.UserProperties) builder.WithWillUserProperty(key, value);
#pragma warning restore CS0618
    }
}
