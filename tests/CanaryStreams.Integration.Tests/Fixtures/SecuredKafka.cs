using CanaryStreams.Kafka;

namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>One broker that asks for a login over TLS, for all tests of a class, started when the first one asks.</summary>
public sealed class SecuredKafka : IAsyncDisposable
{
    /// <summary>A user who is given rights by the tests.</summary>
    public const string Engine = "engine";
    public const string EnginePassword = "marmalade-kettle-monsoon";

    /// <summary>A user who has the right to see the topic <see cref="Seen"/>, and no other.</summary>
    public const string Guest = "guest";
    public const string Seen = "seen";

    /// <summary>A user with the same right, whose password the tests change; by SCRAM only.</summary>
    public const string Newcomer = "newcomer";

    private const string GuestPassword = "troubadour-and-three";

    private readonly BrokerSecurity _security = new(
        (Engine, EnginePassword),
        (Guest, GuestPassword),
        (Newcomer, "of-yesterday")
    );
    private readonly Lazy<Task<KafkaServer>> _server;

    public SecuredKafka() => _server = new(StartAsync);

    /// <summary>The PEM file that clients trust.</summary>
    public string AuthorityFile => _security.AuthorityFile;

    /// <summary>Skips the test where there is no Kafka.</summary>
    public Task<KafkaServer> GetAsync()
    {
        Assert.SkipWhen(KafkaServer.Missing is not null, KafkaServer.Missing ?? "");
        return _server.Value;
    }

    public async Task<KafkaSettings> EngineAsync(
        string password = EnginePassword,
        string mechanism = BrokerSecurity.Plain
    )
    {
        var server = await GetAsync();
        return server.Settings("engine") with { Librdkafka = _security.Client(Engine, password, mechanism) };
    }

    /// <summary>The settings of one who may do everything, to look at what the engine does.</summary>
    public async Task<KafkaSettings> AdminAsync(string group)
    {
        var server = await GetAsync();
        return server.Settings(group) with
        {
            Librdkafka = _security.Client(BrokerSecurity.Admin, BrokerSecurity.AdminPassword),
        };
    }

    public async Task<KafkaSettings> GuestAsync()
    {
        var server = await GetAsync();
        return server.Settings("guests") with { Librdkafka = _security.Client(Guest, GuestPassword) };
    }

    public async Task<KafkaSettings> NewcomerAsync(string password)
    {
        var server = await GetAsync();
        var login = _security.Client(Newcomer, password, BrokerSecurity.Scram);
        return server.Settings("newcomers") with { Librdkafka = login };
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
            await (await _server.Value).DisposeAsync();
    }

    private async Task<KafkaServer> StartAsync()
    {
        var server = await KafkaServer.StartAsync(_security);
        await server.ToolAsync("kafka-topics.sh", "--create", "--topic", Seen, "--partitions", "1");
        foreach (var user in new[] { Guest, Newcomer })
            await server.AllowAsync(user, "--operation", "Describe", "--topic", Seen);
        return server;
    }
}
