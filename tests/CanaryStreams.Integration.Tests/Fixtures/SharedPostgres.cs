using CanaryStreams.Integration.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>
/// One server for all tests that only need some server, started when the first one asks. Such a test uses a schema of its own; one
/// that stops a server starts its own.
/// </summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresServer>> _server = new(() => PostgresServer.StartAsync());

    /// <summary>Skips the test where PostgreSQL isn't installed.</summary>
    public Task<PostgresServer> GetAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        return _server.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
            await (await _server.Value).DisposeAsync();
    }
}
