// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EdgeHypervisor.ControlApi;

/// <summary>A client of the control socket. Every failure is a <see cref="ControlException"/>.</summary>
public sealed class ControlClient : IDisposable
{
    private const int LargestErrorBytes = 1 << 20;
    private readonly HttpClient _http;
    private readonly string _socketPath;

    /// <summary>A client of the service at a socket; connects when first used.</summary>
    public ControlClient(string socketPath)
    {
        _socketPath = socketPath;
        var handler = new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false, UseCookies = false };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://control/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Asks for something.</summary>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        await ReadAsync(await SendAsync(HttpMethod.Get, path, null, cancellation), type, cancellation);

    /// <summary>Asks for text.</summary>
    public async Task<string> GetTextAsync(string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellation);
        return await response.Content.ReadAsStringAsync(cancellation);
    }

    /// <summary>Asks for bytes.</summary>
    public async Task<Stream> GetStreamAsync(string path, CancellationToken cancellation)
    {
        var response = await SendAsync(HttpMethod.Get, path, null, cancellation);
        return await response.Content.ReadAsStreamAsync(cancellation);
    }

    /// <summary>Sends something, and gets something back.</summary>
    public async Task<TAnswer> SendAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellation) =>
        await ReadAsync(await SendAsync(method, path, Json(body, bodyType), cancellation), answerType, cancellation);

    /// <summary>Does something that has nothing to send, and gets something back.</summary>
    public async Task<TAnswer> PostAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellation) =>
        await ReadAsync(await SendAsync(HttpMethod.Post, path, null, cancellation), answerType, cancellation);

    /// <summary>Sends something that has no answer.</summary>
    public async Task SendAsync<TBody>(HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellation) =>
        (await SendAsync(method, path, Json(body, bodyType), cancellation)).Dispose();

    /// <summary>Does something that has neither body nor answer.</summary>
    public async Task DoAsync(HttpMethod method, string path, CancellationToken cancellation) =>
        (await SendAsync(method, path, null, cancellation)).Dispose();

    /// <summary>Uploads bytes.</summary>
    public async Task UploadAsync(string path, Stream content, CancellationToken cancellation)
    {
        var body = new StreamContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        (await SendAsync(HttpMethod.Put, path, body, cancellation)).Dispose();
    }

    /// <summary>Reads a stream of JSON lines until the service ends it.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(string path, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        while (await ReadLineAsync(reader, cancellation) is { } line)
        {
            if (line.Length == 0) continue; // keep-alive
            yield return JsonSerializer.Deserialize(line, type) ?? throw Unreadable("null in a stream");
        }
    }

    /// <summary>Turns the connection into a raw stream of bytes in both directions.</summary>
    /// <remarks>RFC 9110, section 7.8.</remarks>
    public async Task<Stream> UpgradeAsync(string path, string protocol, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue(protocol));
        var response = await ExchangeAsync(request, cancellation);
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols) throw Unreadable($"status {(int)response.StatusCode} instead of an upgrade");
        return await response.Content.ReadAsStreamAsync(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static JsonContentOf<T> Json<T>(T body, JsonTypeInfo<T> type) => new(body, type);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        return await ExchangeAsync(request, cancellation);
    }

    private async Task<HttpResponseMessage> ExchangeAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(e);
        }
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.SwitchingProtocols) return response;
        using (response) throw new ControlException(await ReadProblemAsync(response, cancellation));
    }

    private static async Task<Problem> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json" || response.Content.Headers.ContentLength > LargestErrorBytes)
            return new Problem("about:blank", response.ReasonPhrase ?? "failed", status, $"the service answered {status}");
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
            return await JsonSerializer.DeserializeAsync(stream, ControlJson.Default.Problem, cancellation)
                ?? new Problem("about:blank", "failed", status);
        }
        catch (JsonException e)
        {
            return new Problem("about:blank", "failed", status, $"the service answered {status}, and its reason cannot be read: {e.Message}");
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using (response)
        await using (var stream = await response.Content.ReadAsStreamAsync(cancellation))
        {
            try
            {
                return await JsonSerializer.DeserializeAsync(stream, type, cancellation) ?? throw Unreadable("null");
            }
            catch (JsonException e)
            {
                throw Unreadable(e.Message);
            }
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private ControlException Unreachable(HttpRequestException e)
    {
        var (why, fix) = (e.InnerException as SocketException)?.SocketErrorCode switch
        {
            SocketError.AccessDenied => ("access to the socket is denied", "become a member of the group 'edge-hypervisor', or use sudo"),
            SocketError.ConnectionRefused => ("nobody listens there any more", "start the service: systemctl start edge-hypervisor"),
            SocketError.AddressNotAvailable => ("there is no such socket", "start the service: systemctl start edge-hypervisor, or name its socket with --socket or EHV_SOCKET"),
            _ when !File.Exists(_socketPath) => ("there is no such socket", "start the service: systemctl start edge-hypervisor, or name its socket with --socket or EHV_SOCKET"),
            _ => (e.InnerException?.Message ?? e.Message, "see the service's log: journalctl -u edge-hypervisor"),
        };
        return new ControlException(
            new Problem("urn:edgehypervisor:problem:unreachable", "The service cannot be reached", 0, why, _socketPath, fix), e);
    }

    private async Task<string?> ReadLineAsync(StreamReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadLineAsync(cancellation);
        }
        catch (IOException e)
        {
            throw new ControlException(
                new Problem("urn:edgehypervisor:problem:unreachable", "The service has ended meanwhile", 0, e.Message, _socketPath, "what it was asked for may go on when it is back; see its log: journalctl -u edge-hypervisor"), e);
        }
    }

    private static ControlException Unreadable(string why) =>
        new(new Problem("urn:edgehypervisor:problem:unreadable", "The service's answer cannot be read", 0, why, Fix: "use an ehv of the service's version"));
}
