using System.Text;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Live;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Engine.Tests.Journal;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Engine.Tests.Live;

/// <summary>What a live partition of the supervisor does besides deciding: it forgets, and it stops what can't be read.</summary>
public sealed class PartitionSupervisionTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();
    private readonly EngineDiagnostics _diagnostics = new(TimeProvider.System);
    private readonly InlineHost _host = new();
    private readonly Sent _sent = new();
    private readonly SqliteJournal _journal;
    private readonly Supervisor _supervisor;
    private readonly PartitionSupervision _supervision;
    private long _offset;

    public PartitionSupervisionTests()
    {
        _journal = SqliteJournal.Open(_folder.File("journal.db"));
        var retention = new Retention { ArchiveAfter = TimeSpan.FromDays(1), ForgetAfter = TimeSpan.FromDays(8) };
        _supervisor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true, Retention = retention });
        var lane = new LaneDiagnostics(_diagnostics, "supervisor", 0, NullLogger.Instance);
        _supervision = new PartitionSupervision(
            _supervisor,
            new OutboxPublisher(new Outbox(_journal, 0), _sent, lane),
            _sent,
            lane
        );
        _supervision.Compose(
            _host,
            StreamSettings.Default,
            new Dictionary<string, Policy> { ["default"] = new() { Name = "default" } }
        );
    }

    public async ValueTask InitializeAsync() => await _supervision.StartAsync(Start, CancellationToken.None);

    [Fact]
    public async Task Request_OfARolloutThatIsForgotten_IsRejectedAndNothingBeginsAgain()
    {
        await PushAsync(Start, Request("old", Start), Cancel("old", Start));
        await PushAsync(Start.AddDays(9));
        _journal.Read("rollout/old").ShouldBeEmpty();

        await PushAsync(Start.AddDays(9).AddHours(1), Request("old", Start));

        _supervisor.StateOf("old").ShouldBeNull();
        var reject = _sent.Records.Where(record => record.Topic == Topics.Rejects).ShouldHaveSingleItem();
        Encoding
            .UTF8.GetString(reject.Headers!.Single(header => header.Name == "canary_reason").Value.Span)
            .ShouldContain("from when the journal remembers no rollouts");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_FromBeforeWhatIsRememberedOfARolloutThatIsStillKnown_IsARepetition(bool isEnded)
    {
        await PushAsync(Start, Request("long", Start));
        if (isEnded)
            await PushAsync(Start.AddDays(7), Cancel("long", Start.AddDays(7)));
        var events = _journal.Read("rollout/long").Count;

        await PushAsync(Start.AddDays(9), Request("long", Start));

        _sent.Records.ShouldNotContain(record => record.Topic == Topics.Rejects);
        _journal.Read("rollout/long").Count(e => e.Type == "rollout.requested.v1").ShouldBe(1);
        if (isEnded)
            _journal.Read("rollout/long").Count.ShouldBe(events);
    }

    [Fact]
    public async Task CorruptEvent_FoundWhilePublishing_StopsItsRolloutAtTheNextBatch()
    {
        Damage("bad");
        await PushAsync(Start, Request("good", Start), Request("bad", Start));
        _supervisor.StateOf("bad").ShouldNotBeNull("who decides doesn't know yet");

        await PushAsync(Start.AddSeconds(1));

        _supervisor.StateOf("bad").ShouldBeNull();
        _supervisor.StateOf("good").ShouldNotBeNull();
    }

    public ValueTask DisposeAsync()
    {
        _journal.Dispose();
        _diagnostics.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>All that a rollout's stream gets from now on is damaged before it is published.</summary>
    private void Damage(string rollout) =>
        SqliteFile.Execute(
            _folder.File("journal.db"),
            $"CREATE TRIGGER damage AFTER INSERT ON events WHEN NEW.stream = 'rollout/{rollout}' "
                + "BEGIN UPDATE events SET payload = '{}' WHERE position = NEW.position; END"
        );

    private async Task PushAsync(DateTimeOffset now, params string[] updates)
    {
        var records = updates.Select(json => new RawRecord(
            Topics.Updates,
            0,
            _offset++,
            now.ToUnixTimeMilliseconds(),
            default,
            Encoding.UTF8.GetBytes(json),
            null
        ));
        var input = new SupervisionInput([.. records], [], now.ToUnixTimeMilliseconds(), ClockDecides: true);
        await _host.Inlet<SupervisionInput>(CanaryGraph.Decisions).PushAsync(input, CancellationToken.None);
    }

    private static string Request(string rollout, DateTimeOffset time) =>
        $$"""{"time":"{{time:O}}","type":"rollout.requested","rollout":"{{rollout}}","app":"{{rollout}}","version":"2","clusters":[{"name":"eu-1"}]}""";

    private static string Cancel(string rollout, DateTimeOffset time) =>
        $$"""{"time":"{{time:O}}","type":"rollout.cancelled","rollout":"{{rollout}}"}""";

    private sealed class Sent : IRecordSender
    {
        public List<OutputRecord> Records { get; } = [];

        public Task<IReadOnlyCollection<PartitionOffset>> SendAsync(
            IReadOnlyList<OutputRecord> records,
            CancellationToken cancellation = default
        )
        {
            Records.AddRange(records);
            return Task.FromResult<IReadOnlyCollection<PartitionOffset>>([]);
        }
    }
}
