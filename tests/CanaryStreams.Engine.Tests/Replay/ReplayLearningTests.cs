using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Learning;
using static CanaryStreams.Engine.Tests.Replay.Recording;

namespace CanaryStreams.Engine.Tests.Replay;

/// <summary>Eleven kept rollouts and a faulty one of other applications, then one that may learn from them.</summary>
public sealed class ReplayLearningTests
{
    private const int Kept = 11;

    private static readonly SimulatedFleet s_fleet = new(
        [
            .. Rollouts(Kept + 1, [.. Enumerable.Repeat(RolloutFamily.HealthyBusy, Kept), RolloutFamily.FaultyCpu])
                .Select(rollout => rollout with { IsEarlier = true }),
        ],
        Rollouts(1, RolloutFamily.HealthyModest),
        StartMs
    );

    private static readonly Lazy<Task<List<OutputRecord>>> s_replayed = new(() =>
        ReplayAsync(Records(s_fleet.Play()), fleet: Fleet())
    );

    private static IFleet Fleet(bool learns = true) => SharedFleet.Create(learns, StreamSettings.Default);

    private static List<RolloutExperience> Experiences(IEnumerable<OutputRecord> output) =>
        [.. output.Where(r => r.Topic == Topics.Fleet).Select(r => ExperienceJson.Decode(r.Value))];

    /// <summary>Of the rollout that came after the others.</summary>
    private static List<Signal> Signals(IEnumerable<OutputRecord> output) =>
        [
            .. output
                .Where(r => r.Topic == Topics.Signals)
                .Select(r => SignalCodec.Decode(r.Value.Span, out _).ShouldNotBeNull())
                .Where(s => s.App == s_fleet.Rollouts[0].App),
        ];

    private static List<string?> Models(IEnumerable<OutputRecord> output) =>
        [.. Signals(output).Where(s => s.Evidence is not null).Select(s => s.Models).Distinct()];

    /// <summary>What the earlier ones taught as lines before the records of the later one.</summary>
    private static List<RawRecord> Taught(List<OutputRecord> replayed, int from = 0, int count = Kept)
    {
        var lines = replayed
            .Where(r => r.Topic == Topics.Fleet)
            .Skip(from)
            .Take(count)
            .Select((r, i) => new RawRecord(Topics.Fleet, 0, i + 1, 0, r.Key, r.Value, null));
        var later = Records(s_fleet.Play()).Where(r => AppOf(r) == s_fleet.Rollouts[0].App);
        return [.. lines, .. later];
    }

    private static string AppOf(RawRecord record)
    {
        using var value = JsonDocument.Parse(record.Value);
        return value.RootElement.GetProperty("app").GetString()!;
    }

    [Fact]
    public async Task Run_EarlierRolloutsWithTheirOutcomes_TheGoodOnesTeachOnceEach()
    {
        var output = await s_replayed.Value;

        var kept = s_fleet.Earlier.Take(Kept).Select(r => r.Rollout).ToList();
        Experiences(output).Select(e => e.Rollout).ShouldBe(kept, ignoreOrder: true);
        output
            .Where(r => r.Topic == Topics.Fleet)
            .Select(r => Encoding.UTF8.GetString(r.Key.Span))
            .ShouldBe(kept, ignoreOrder: true);
        Experiences(output).ShouldAllBe(e => e.Metrics.All(m => m.Buckets.Count >= 55));
    }

    [Fact]
    public async Task Run_AfterEarlierRollouts_TheLaterIsJudgedByWhatTheyTaught()
    {
        var output = await s_replayed.Value;

        var model = Models(output).ShouldHaveSingleItem().ShouldNotBeNull();
        model.ShouldStartWith($"fleet/{Kept}@");
        output
            .Where(r => r.Topic == Topics.Signals)
            .Select(r => SignalCodec.Decode(r.Value.Span, out _)!)
            .Where(s => s.App != s_fleet.Rollouts[0].App)
            .ShouldAllBe(s => s.Models == null);
    }

    [Fact]
    public async Task Run_LearningOff_NothingIsLearntNorPublished()
    {
        var records = Records(s_fleet.Play());

        var output = await ReplayAsync(records, fleet: Fleet(learns: false));

        output.ShouldNotContain(r => r.Topic == Topics.Fleet);
        Models(output).ShouldBe([null]);
        Signals(output).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Run_ExperiencesInTheInput_TeachTheSameAsTheirRollouts()
    {
        var replayed = await s_replayed.Value;

        var output = await ReplayAsync(Taught(replayed), fleet: Fleet());

        Signals(output).ShouldBe(Signals(replayed));
        output.ShouldNotContain(r => r.Topic == Topics.Fleet || r.Topic == Topics.Rejects);
    }

    [Fact]
    public async Task Run_TooFewExperiencesOrLearningOff_TheLaterStandsAlone()
    {
        var replayed = await s_replayed.Value;

        Models(await ReplayAsync(Taught(replayed, count: 9), fleet: Fleet())).ShouldBe([null]);
        Models(await ReplayAsync(Taught(replayed), fleet: Fleet(learns: false))).ShouldBe([null]);
    }

    [Fact]
    public async Task Run_ExperiencesAmongTheRecordsBeforeTheCanary_TeachTheSame()
    {
        var replayed = await s_replayed.Value;
        var records = Taught(replayed);
        var requested = records.FindIndex(r => r.Topic == Topics.Updates);

        var output = await ReplayAsync(
            [.. records[Kept..requested], .. records[..Kept], .. records[requested..]],
            fleet: Fleet()
        );

        Signals(output).ShouldBe(Signals(replayed));
    }

    [Fact]
    public async Task Run_ARecordingWithWhatTheEngineTaughtThen_TheSameSignals()
    {
        var replayed = await s_replayed.Value;
        var taught = replayed
            .Where(r => r.Topic == Topics.Fleet)
            .Select(r =>
                (
                    ExperienceJson.Decode(r.Value).LearntMs,
                    Record: new RawRecord(Topics.Fleet, 0, 0, 0, r.Key, r.Value, null)
                )
            );
        var recorded = Records(s_fleet.Play())
            .Select(r => (LearntMs: r.TimestampMs, Record: r))
            .Concat(taught)
            .OrderBy(r => r.LearntMs)
            .Select(r => r.Record);

        var output = await ReplayAsync(recorded, fleet: Fleet());

        Signals(output).ShouldBe(Signals(replayed));
    }

    [Fact]
    public async Task Run_AnExperienceNobodyCanRead_IsRejectedWithItsLineAndTheOthersTeach()
    {
        var replayed = await s_replayed.Value;
        var records = Taught(replayed);
        records.Insert(3, new RawRecord(Topics.Fleet, 0, 77, 0, default, """{"version":9}"""u8.ToArray(), null));

        var output = await ReplayAsync(records, fleet: Fleet());

        Reason(output.Where(r => r.Topic == Topics.Rejects).ShouldHaveSingleItem())
            .ShouldBe("line 77 is no experience of a rollout that this program can read");
        Models(output).ShouldBe(Models(replayed));
    }

    [Fact]
    public async Task Run_AnExperienceOfALaterTime_IsNotKnownYet()
    {
        var replayed = await s_replayed.Value;
        var later = Experiences(replayed)
            .Select(e => e with { LearntMs = StartMs + 10 * SimulatedRecords.PlayMs })
            .Select((e, i) => new RawRecord(Topics.Fleet, 0, i + 1, 0, default, ExperienceJson.Encode(e), null));

        var output = await ReplayAsync([.. later, .. Taught(replayed, count: 0)], fleet: Fleet());

        Models(output).ShouldBe([null]);
    }

    [Fact]
    public async Task Run_TwiceOverManyRollouts_TheSame()
    {
        var again = await ReplayAsync(Records(s_fleet.Play()), fleet: Fleet());

        again.Select(Text).ShouldBe((await s_replayed.Value).Select(Text));
    }
}
