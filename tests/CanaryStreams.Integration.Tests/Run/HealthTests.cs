using System.Net;
using System.Net.Sockets;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Run;

/// <summary>What the program says of itself over HTTP while it starts and runs.</summary>
[Collection(Engines.Name)]
public sealed class HealthTests : IDisposable
{
    private const int BadInput = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client = new();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Run_BrokerComesLater_IsLiveAtOnceAndReadyWhenItDoesItsWork()
    {
        await using var kafka = await KafkaServer.PrepareAsync();
        var port = Ports.Free(1)[0];
        using var setup = Setup(kafka.Bootstrap, port);
        await using var engine = setup.Start();
        await engine.WaitForAsync($"Waiting for Kafka at {kafka.Bootstrap}");

        (await GetAsync(port, "live")).Status.ShouldBe(HttpStatusCode.OK);
        var waiting = await GetAsync(port, "ready");
        waiting.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        waiting.Body.ShouldContain($"no broker has answered at {kafka.Bootstrap} yet");

        await kafka.RestartAsync();
        await WaitUntilReadyAsync(engine, port);

        engine.Printed.ShouldContain("Running.");
        engine.Printed.ShouldContain($"Health and metrics at http://127.0.0.1:{port}");
        engine.Printed.ShouldNotContain("Exception");
    }

    [Fact]
    public async Task Run_PortTaken_EndsBeforeItLooksForABroker()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var setup = Setup($"127.0.0.1:{Ports.Free(1)[0]}", port);

        await using var engine = setup.Start();

        (await engine.EndAsync(Patience)).ShouldBe(BadInput);
        engine.Printed.ShouldBe(
            $"The HTTP server can't listen on 127.0.0.1:{port}: Address already in use. "
                + "Choose another http.port (0 for any free one) or http.bind, or switch it off with http: off."
        );
    }

    private async Task WaitUntilReadyAsync(EngineProcess engine, int port)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while ((await GetAsync(port, "ready")).Status != HttpStatusCode.OK)
                await Task.Delay(LookEvery, TimeProvider.System, patience.Token);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            throw new InvalidOperationException($"The engine did not become ready.\n{engine.Printed}", error);
        }
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(int port, string which)
    {
        using var answer = await _client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/{which}"));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static EngineSetup Setup(string bootstrap, int port) =>
        new($$"""kafka: { bootstrap: "{{bootstrap}}", partitions: 3 }""", $"{{ port: {port} }}");
}
