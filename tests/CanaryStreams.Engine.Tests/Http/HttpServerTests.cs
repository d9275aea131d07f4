using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using CanaryStreams.Cli.Http;
using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Tests.Live;

namespace CanaryStreams.Engine.Tests.Http;

public sealed class HttpServerTests : IDisposable
{
    private const string Token = "0123456789abcdef";

    private readonly ManualTime _time = new();
    private readonly EngineDiagnostics _diagnostics;
    private readonly HttpClient _client = new();

    public HttpServerTests() => _diagnostics = new EngineDiagnostics(_time);

    public void Dispose()
    {
        _client.Dispose();
        _diagnostics.Dispose();
    }

    [Fact]
    public async Task Ready_APartThatWaits_Is503WithTheReasonAndThen200()
    {
        await using var server = await StartAsync();
        var part = _diagnostics.Health.Part("broker");
        part.Waits("no broker has answered yet");

        using var waiting = await GetAsync(server, "/health/ready");
        waiting.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        waiting.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        waiting.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        var body = await ReadAsync(waiting);
        body.GetProperty("status").GetString().ShouldBe("notReady");
        var told = body.GetProperty("parts")[0];
        told.GetProperty("name").GetString().ShouldBe("broker");
        told.GetProperty("state").GetString().ShouldBe("waiting");
        told.GetProperty("reason").GetString().ShouldBe("no broker has answered yet");
        told.GetProperty("since").GetDateTimeOffset().ShouldBe(_time.GetUtcNow());

        part.Ready();
        using var ready = await GetAsync(server, "/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(ready)).GetProperty("parts")[0].TryGetProperty("reason", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Ready_APartThatFailed_Is503WithoutAPromise()
    {
        await using var server = await StartAsync();
        _diagnostics.Health.Part("supervisor/0").Fails("a corrupt snapshot");
        using var answer = await GetAsync(server, "/health/ready");
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task Live_APartThatIsStuck_Is503AndTheOthersStay()
    {
        await using var server = await StartAsync();
        var part = _diagnostics.Health.Part("analyzer");
        part.Waits("the broker is away");
        part.Beat();
        using (var live = await GetAsync(server, "/health/live"))
            live.StatusCode.ShouldBe(HttpStatusCode.OK);

        _time.Advance(EngineHealth.SilenceMax + TimeSpan.FromSeconds(1));
        using var stuck = await GetAsync(server, "/health/live");
        stuck.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var told = (await ReadAsync(stuck)).GetProperty("parts")[0];
        told.GetProperty("live").GetBoolean().ShouldBeFalse();
        told.GetProperty("silentSeconds").GetDouble().ShouldBe(61);
    }

    [Fact]
    public async Task Metrics_AreInTheTextFormat()
    {
        await using var server = await StartAsync();
        _diagnostics.Metrics.SignalsPublished(3);
        using var answer = await GetAsync(server, "/metrics");
        $"{answer.Content.Headers.ContentType}".ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        ExpositionRules
            .Read(await answer.Content.ReadAsStringAsync(Cancellation))["canarystreams_signals_published_total"]
            .ShouldBe(3);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/metrics")]
    [InlineData("/nowhere")]
    public async Task AnyPath_WithATokenConfigured_AsksForIt(string path)
    {
        await using var server = await StartAsync(new Setting(Token, "***"));
        using var refused = await GetAsync(server, path);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        refused.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Bearer");
        (await refused.Content.ReadAsStringAsync(Cancellation)).ShouldBeEmpty();

        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var admitted = await GetAsync(server, path);
        admitted.StatusCode.ShouldBe(path == "/nowhere" ? HttpStatusCode.NotFound : HttpStatusCode.OK);
    }

    [Fact]
    public async Task AnyPath_AskedForUnderAForeignName_IsForbidden()
    {
        await using var server = await StartAsync();
        _client.DefaultRequestHeaders.Host = "rebound.example.org";
        using var answer = await GetAsync(server, "/metrics");
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Post_IsNotAllowed()
    {
        await using var server = await StartAsync();
        using var answer = await _client.PostAsync(new Uri(server.Address, "/metrics"), content: null, Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task StartAsync_PortTaken_SaysWhatToDo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var taken = (IPEndPoint)listener.LocalEndpoint;
        var error = await Should.ThrowAsync<HttpServerException>(() =>
            HttpServer.StartAsync(new HttpOptions { Port = taken.Port }, _diagnostics)
        );
        error.Message.ShouldStartWith($"The HTTP server can't listen on {taken}: Address already in use. ");
        error.Message.ShouldContain("http.port");
    }

    [Fact]
    public async Task StartAsync_AddressOfAnotherMachine_SaysWhatToDo()
    {
        var elsewhere = new HttpOptions { Bind = IPAddress.Parse("192.0.2.1"), Token = new Setting(Token, "***") };
        var error = await Should.ThrowAsync<HttpServerException>(() => HttpServer.StartAsync(elsewhere, _diagnostics));
        error.Message.ShouldStartWith("The HTTP server can't listen on 192.0.2.1:5080: ");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<HttpServer> StartAsync(Setting? token = null) =>
        HttpServer.StartAsync(new HttpOptions { Port = 0, Token = token }, _diagnostics);

    private Task<HttpResponseMessage> GetAsync(HttpServer server, string path) =>
        _client.GetAsync(new Uri(server.Address, path), Cancellation);

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsByteArrayAsync(Cancellation));
}
