using System.Collections.Concurrent;
using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;
using CanaryStreams.Tests.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Integration.Tests.Kafka;

/// <summary>The engine's clients at a broker that asks for TLS, a login and rights.</summary>
public sealed class SecuredBrokerTests(SecuredKafka kafka) : IClassFixture<SecuredKafka>
{
    private const string WrongPassword = "rhubarb-trombone-glacier";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly LogLines _log = new();

    [Theory]
    [InlineData(BrokerSecurity.Plain)]
    [InlineData(BrokerSecurity.Scram)]
    public async Task Clients_LoggedInOverTls_WorkAsWithoutSecurity(string mechanism)
    {
        var topic = $"open-{mechanism}";
        var settings = await kafka.EngineAsync(mechanism: mechanism);
        if (IsTooOldFor(mechanism))
        {
            await RefusedAsync(settings, "authentication failed: ");
            _log.Text.ShouldContain("can't do SCRAM with Kafka 4");
            return;
        }
        var server = await kafka.GetAsync();
        string[] rights = ["--operation", "Create", "--operation", "Read", "--operation", "Write"];
        await server.AllowAsync(SecuredKafka.Engine, [.. rights, "--topic", topic]);
        await server.AllowAsync(SecuredKafka.Engine, "--operation", "Read", "--group", "engine");

        var layout = await new TopicAdmin(settings).EnsureAsync([topic], 2);
        await using var producer = new RecordProducer(settings);
        await producer.SendAsync([.. Enumerable.Range(0, 20).Select(i => Records.Of(topic, $"{i}", $"{i}"))]);
        using var consumer = settings.Consumer(topic);
        var read = consumer.Read(20);
        using var reader = new TopicReader(settings, topic, 2, _log);

        layout.Partitions[topic].ShouldBe(2);
        read.Select(record => record.Text).ShouldBe(Enumerable.Range(0, 20).Select(i => $"{i}"), ignoreOrder: true);
        var own = read.GroupBy(record => record.Partition)
            .Select(one => new PartitionOffset(topic, one.Key, one.Max(record => record.Offset) + 1));
        consumer.Commit(own).ShouldBeTrue();
        ReadAll(reader).ShouldBe(20);
    }

    [Fact]
    public async Task EnsureAsync_WrongPassword_WaitsAndSaysSo()
    {
        var settings = await kafka.EngineAsync(WrongPassword);

        await RefusedAsync(settings, "authentication failed: ");

        _log.Text.ShouldContain("invalid", Case.Insensitive);
    }

    [Fact]
    public async Task EnsureAsync_CertificateOfAnUnknownAuthority_WaitsAndSaysSo()
    {
        var settings = await kafka.EngineAsync();
        using var folder = new EngineSetup("");
        var other = BrokerCertificates.WriteTo(Path.GetDirectoryName(folder.Configuration)!).AuthorityFile;

        await RefusedAsync(With(settings, "ssl.ca.location", other), "no TLS connection: ");

        _log.Text.ShouldContain("certificate verify failed");
    }

    [Fact]
    public async Task EnsureAsync_PasswordPutRightAtTheBroker_GoesOn()
    {
        const string newPassword = "a-password-of-tomorrow";
        var settings = await kafka.NewcomerAsync(newPassword);
        var server = await kafka.GetAsync();
        using var patience = new CancellationTokenSource(2 * Patience);
        var waiting = new TopicAdmin(settings, logger: _log).EnsureAsync(
            [SecuredKafka.Seen],
            1,
            cancellation: patience.Token
        );
        await _log.WaitForAsync("authentication failed: ", Patience);

        await server.PasswordAsync(SecuredKafka.Newcomer, newPassword);
        if (IsTooOldFor(BrokerSecurity.Scram))
        {
            _log.Text.ShouldContain("can't do SCRAM with Kafka 4");
            await patience.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => waiting);
            return;
        }

        (await waiting.WaitAsync(Patience)).Partitions[SecuredKafka.Seen].ShouldBe(1);
        _log.Text.ShouldNotContain(newPassword);
    }

    [Fact]
    public async Task EnsureAsync_NoRightToCreate_NamesTopicAndRight()
    {
        var settings = await kafka.GuestAsync();

        var failure = await Should.ThrowAsync<TopicLayoutException>(() =>
            new TopicAdmin(settings).EnsureAsync(["hidden"], 1)
        );

        failure.Message.ShouldContain("hidden: the user lacks the right Create");
    }

    [Fact]
    public async Task SendAsync_NoRightToWrite_NamesTopicOrSaysThatThereIsNone()
    {
        await using var producer = new RecordProducer(await kafka.GuestAsync(), logger: _log);

        var failure = await Should.ThrowAsync<Exception>(() =>
            producer.SendAsync(Records.Of(SecuredKafka.Seen, "k", "v"))
        );

        failure.Message.ShouldContain("the user lacks the right Write");
    }

    [Fact]
    public async Task Read_NoRightToRead_NamesTopicAndRight()
    {
        using var reader = new TopicReader(await kafka.GuestAsync(), SecuredKafka.Seen, 1, _log);

        var failure = Should.Throw<BrokerException>(() =>
        {
            for (var poll = 0; poll < 10; poll++)
                reader.Read(TimeSpan.FromSeconds(2));
        });

        failure.Message.ShouldContain($"the user lacks the right Read on topic {SecuredKafka.Seen}");
    }

    [Fact]
    public async Task Poll_NoRightOnTheGroup_NamesIt()
    {
        using var consumer = new PartitionConsumer(await kafka.GuestAsync(), logger: _log);
        consumer.Subscribe(SecuredKafka.Seen);

        consumer.PollUntil(() => _log.Text.Contains("lacks the right Read on group guests"));

        _log.Text.ShouldContain("GroupAuthorizationFailed");
    }

    /// <summary>Until it is cancelled the start waits, and says why.</summary>
    private async Task RefusedAsync(KafkaSettings settings, string reason)
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = new TopicAdmin(settings, logger: _log).EnsureAsync(["any"], 1, cancellation: cancellation.Token);
        await _log.WaitForAsync($"attempt 2: {reason}", Patience);
        await cancellation.CancelAsync();
        var end = await Should.ThrowAsync<OperationCanceledException>(() => waiting);

        foreach (var part in settings.Librdkafka["sasl.password"].Split('-'))
            $"{_log.Text}\n{end}".ShouldNotContain(part);
    }

    private static int ReadAll(TopicReader reader)
    {
        var read = 0;
        for (var poll = 0; !reader.IsCaughtUp; poll++)
        {
            poll.ShouldBeLessThan(300, "the reader gets no further");
            read += reader.Read(TimeSpan.FromMilliseconds(200)) is null ? 0 : 1;
        }
        return read;
    }

    private static KafkaSettings With(KafkaSettings settings, string key, string value) =>
        settings with
        {
            Librdkafka = new Dictionary<string, string>(settings.Librdkafka) { [key] = value },
        };

    /// <summary>No password of any kind gets in then, and the client has to say why.</summary>
    private static bool IsTooOldFor(string mechanism) =>
        mechanism == BrokerSecurity.Scram && Version.Parse(KafkaNative.Version.Split('-')[0]) < new Version(2, 6, 1);

    /// <summary>What clients log, on whatever thread they do.</summary>
    private sealed class LogLines : ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public string Text => string.Join('\n', _lines);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(
            LogLevel level,
            EventId id,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> text
        ) => _lines.Enqueue(text(state, exception));

        public async Task WaitForAsync(string text, TimeSpan patience)
        {
            using var end = new CancellationTokenSource(patience);
            while (!Text.Contains(text, StringComparison.Ordinal))
            {
                if (end.IsCancellationRequested)
                    throw new TimeoutException($"Nobody said '{text}'.\n{Text}");
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }
}
