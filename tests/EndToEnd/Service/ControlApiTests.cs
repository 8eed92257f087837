// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Host;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>The control API against its document, and against whoever sends it anything.</summary>
public class ControlApiTests
{
    [Fact]
    public async Task Every_route_is_in_the_document_and_the_document_has_no_other()
    {
        using var folder = new TemporaryFolder();
        var options = new DaemonOptions
        {
            BoardFile = BuiltTree.Board,
            DataFolder = Path.Combine(folder.Path, "data"),
            SocketPath = Path.Combine(folder.Path, "s"),
            PluginFolders = [BuiltTree.Path("artifacts/plugins")],
            MachineFolders = [BuiltTree.Path("boards/machines")],
            GuestMemoryBytes = 1 << 30,
        };
        var daemon = new Daemon(options);
        try
        {
            var served = daemon.Routes.Select(route => $"{route.Method.ToLowerInvariant()} {route.Pattern}").Order(StringComparer.Ordinal);
            Assert.Equal(OpenApiDocument.Load().Operations.Order(StringComparer.Ordinal), served);
        }
        finally
        {
            await daemon.DisposeAsync();
        }
    }

    [Fact]
    public void Every_message_is_in_the_document_with_the_fields_that_it_has()
    {
        var document = OpenApiDocument.Load();
        var messages = typeof(ServiceHealth).Assembly.GetExportedTypes().Where(type => type.GetMethod("<Clone>$") is not null).ToArray();
        Assert.Equal(messages.Select(type => type.Name).Order(StringComparer.Ordinal), document.Schemas.Keys.Order(StringComparer.Ordinal));
        foreach (var message in messages)
        {
            var fields = message.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
                .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
            Assert.Equal(fields.Order(StringComparer.Ordinal), document.Schemas[message.Name].Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Whatever_is_sent_gets_a_clear_answer_and_the_service_goes_on()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = async (_, cancellation) => await ConnectAsync(daemon.Socket, cancellation) });
        var random = new Random(20261122);
        foreach (var operation in OpenApiDocument.Load().Operations)
        {
            var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
            for (var i = 0; i < 6; i++)
            {
                var asked = Fill(path, random);
                if (!IsEndless(asked)) await AskAsync(http, method, asked, Body(random, i), random);
            }
        }
        await daemon.DoAsync("status");
        Assert.DoesNotContain("request failed", daemon.Log, StringComparison.Ordinal);
    }

    private static async Task AskAsync(HttpClient http, string method, string path, byte[] body, Random random)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), $"http://control{path}{(random.Next(4) == 0 ? "?force=true&board=%00&follow=x" : "")}");
        if (method is not "get") request.Content = new ByteArrayContent(body);
        using var response = await http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode < 500, $"{method} {path} with {Encoding.Latin1.GetString(body)} gave {(int)response.StatusCode}: {answer}");
        if (response.IsSuccessStatusCode || path.Contains("%00", StringComparison.Ordinal)) return; // a zero byte ends at the HTTP parser
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(JsonSerializer.Deserialize(answer, ControlJson.Default.Problem)?.Title);
    }

    // Streams without an end, also where `..` leads to one.
    private static bool IsEndless(string path) =>
        new Uri($"http://control{path}").AbsolutePath is var address && (address.EndsWith("/watch", StringComparison.Ordinal) || address == "/v1/events");

    private static string Fill(string path, Random random)
    {
        string[] names = ["x", "..", "%2e%2e%2f%2e%2e", "blinky", "%00", new string('a', 300), "sha256-" + new string('0', 64), "%F0%9F%92%A5"];
        return Regex.Replace(path, "{[a-z]+}", _ => names[random.Next(names.Length)]);
    }

    private static byte[] Body(Random random, int kind)
    {
        string[] texts =
        [
            "", "{}", "null", "[[[[", """{"manifest":"kind: [","image":"../../etc/passwd"}""",
            """{"vm":"x","board":"y","clientToken":null,"more":1}""", """{"folder":"/etc"}""", """{"name":"../../x"}""", """{"level":"maybe"}""",
        ];
        if (kind > 0) return Encoding.UTF8.GetBytes(texts[random.Next(texts.Length)]);
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
