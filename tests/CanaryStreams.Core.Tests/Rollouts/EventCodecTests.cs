using System.Text;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>What stands in journals and on topics out there must be read for ever: each name has a file with its bytes.</summary>
public class EventCodecTests
{
    private static readonly DateTimeOffset Time = Given.Start.AddMilliseconds(250);

    private static readonly RollbackEvidence Evidence = new(
        "eu-1",
        "error_rate",
        null,
        0.009123456789,
        0.006,
        double.NaN,
        3.1e5,
        3.1e5,
        1200,
        1.0 / 1200,
        0.93,
        0.97,
        0.6,
        Time,
        "evidence/1"
    );

    private static readonly ControlCommand Command = new()
    {
        Time = Time,
        Id = "checkout-2.4.1/17",
        Rollout = "checkout-2.4.1",
        Epoch = 3,
        App = "checkout",
        Cluster = "eu-1",
        Command = CommandKind.SetCanary,
        Version = "2.4.1",
        WeightPct = 5,
        Expires = Time.AddMinutes(30),
        Reason = new CommandReason("step 1 of 2 in eu-1", 0.97, 0.88, 0.6, [CommandEvidence.Of(Evidence)]),
    };

    private static readonly RolloutRequest Request = Given.Request(["eu-1"], ["a"]) with
    {
        Change = new ChangeProfile
        {
            Files = 14,
            Lines = 820,
            Dependencies = 1,
        },
        Clusters =
        [
            new ClusterProfile
            {
                Name = "eu-1",
                Region = "eu",
                LoadPct = 62,
                Instances = 40,
            },
        ],
    };

    public static TheoryData<string> Names { get; } = [.. EventCodec.Names];
    public static TheoryData<string> EarlierNames { get; } = [.. EventCodec.EarlierNames];

    private static readonly RolloutEvent[] Samples =
    [
        new RolloutRequested(
            Time,
            Request,
            new Policy
            {
                Steps = [5, 100],
                FailureThreshold = 0.6,
                SilentCanary = null,
                Waves = WaveRule.OneByOne,
            }
        ),
        new RolloutRefused(Time, "checkout-2.4.1", "checkout", "2.4.1", "busy"),
        new RolloutPlanned(Time, new RolloutPlan("rule-of-thumb/1", 0.25, [new("eu-1", 0.2, [5, 100], 0.6, "why")])),
        new PlanRevised(
            Time,
            new RolloutPlan(
                "impact/1@7",
                0.25,
                [new("us-1", 0.08, [25, 100], 0.68, "why", 2), new("ap-1", 0.1, [25, 100], 0.68, "why", 2)]
            ),
            "eu-1 survived",
            [new("us-1", 0.2, 0.08), new("ap-1", 0.15, 0.1)]
        ),
        new CanarySized(
            Time,
            [
                new("eu-1", [10, 25, 100], [15, 25, 100], new CanaryNeed("eu-1", 60, 15, ["orders"], 7)),
                new("us-1", [10, 25, 100], [15, 25, 100], null),
            ],
            "eu-1: 10→25→100 % becomes 15→25→100 %"
        ),
        new OutlookStated(
            Time,
            new Outlook(
                "eu-1",
                5,
                25,
                60,
                [
                    new("error_rate", 60, new EffectOutlook(0.001, 0.011, null, 41.5), null),
                    new("conversion", 600, new EffectOutlook(0.03, 0.02, 31, null), new(0.03, 0.027, null, null)),
                ],
                new SyntheticOutlook(5, true, 0.2, 9)
            ),
            "eu-1 at 5 %: cannot see error_rate 0.1 % → 1.1 % before minute 60"
        ),
        new CommandIssued(Time, 17, Command),
        new CommandResent(Time, 17, 2, Command),
        new CommandAcknowledged(Time, 17, "eu-1", 5),
        new CommandFailed(Time, 17, "eu-1", 1, "no such pool"),
        new AgentUnresponsive(Time, 17, "eu-1", 6, null),
        new StepStarted(Time, "eu-1", 0, 5, Time.AddHours(1)),
        new BakeStarted(Time, Time),
        new RolloutHeld(Time, HoldKind.Telemetry, Time, "error_rate of stable in eu-1 is missing", null),
        new RolloutResumed(Time, HoldKind.Operator, Time, "ann"),
        new AnomalyNoted(Time, Evidence),
        new AnomalyCleared(Time, "eu-1", "error_rate", "a"),
        new StepPassed(Time, "eu-1", 0, TimeSpan.FromMinutes(30.5), false, null),
        new VariantRolledBack(Time, "b", "checkout 2.4.1 rolled back in eu-1 (variant b)", [Evidence]),
        new VariantSelected(Time, "a", "why"),
        new ClusterPromoted(Time, "eu-1"),
        new WatchBegun(Time, Time.AddHours(2)),
        new PromotionForced(Time, "ann", null),
        new RollbackDecided(Time, RollbackCause.Evidence, "checkout 2.4.1 rolled back", [Evidence]),
        new ClustersRolledBack(
            Time,
            RollbackCause.Evidence,
            "checkout 2.4.1 rolled back in eu-1",
            "out: eu-1 (it failed), us-1 (risk 0.20 before and 0.70 now, not below 0.65); going on: ap-1 (risk 0.15 before and 0.10 now, below 0.65)",
            [
                new("eu-1", true, "it failed", 0.2, 0.9),
                new("us-1", false, "risk 0.20 before and 0.70 now, not below 0.65", 0.2, 0.7),
            ],
            [new("ap-1", false, "risk 0.15 before and 0.10 now, below 0.65", 0.15, 0.1)],
            [Evidence],
            Model: "impact/1@7"
        ),
        new RolloutCancelled(Time, "ann", "lunch"),
        new OwnershipTaken(Time, 3),
        new OutcomeReported(Time, null, Verdict.Bad, "incident"),
        new RolloutEnded(Time, RolloutOutcome.RolledBack),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_OfEachEvent_IsTheGoldenFile(string name)
    {
        var sample = Samples.Single(e => EventCodec.NameOf(e) == name);

        Golden.ShouldMatch($"{name}.json", EventCodec.Encode(sample));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_OfEachGoldenFile_GivesTheEventBack(string name)
    {
        var decoded = EventCodec.Decode(name, Golden.Read($"{name}.json"));

        EventCodec.NameOf(decoded).ShouldBe(name);
        Encoding
            .UTF8.GetString(EventCodec.Encode(decoded))
            .ShouldBe(Encoding.UTF8.GetString(Golden.Read($"{name}.json")));
        decoded.Time.ShouldBe(Time);
    }

    [Theory]
    [MemberData(nameof(EarlierNames))]
    public void Decode_OfAnEarlierVersionsGoldenFile_GivesTheCurrentOnesEvent(string name)
    {
        var decoded = EventCodec.Decode(name, Golden.Read($"{name}.json"));

        var current = EventCodec.NameOf(decoded);
        current.ShouldStartWith(name[..name.LastIndexOf('.')]);
        Encoding
            .UTF8.GetString(EventCodec.Encode(decoded))
            .ShouldBe(Encoding.UTF8.GetString(Golden.Read($"{current}.json")));
    }

    [Fact]
    public void GoldenFiles_AreThoseOfTheNamesThatAreRead() =>
        Golden
            .NamesOf("rollout.*.json")
            .ShouldBe(
                EventCodec.Names.Concat(EventCodec.EarlierNames).Select(name => $"{name}.json"),
                ignoreOrder: true
            );

    [Fact]
    public void Names_OfEarlierVersions_AreNotWrittenAnyMore() =>
        EventCodec.EarlierNames.Intersect(EventCodec.Names).ShouldBeEmpty();

    [Theory]
    [InlineData("rollout.rollback-decided.v1", "[]", "can't be read")]
    [InlineData("rollout.rollback-decided.v1", "null", "no payload")]
    [InlineData("rollout.rollback-decided.v1", "{\"evidence\":17}", "can't be read")]
    [InlineData("rollout.anomaly-noted.v1", "{\"evidence\":{\"eThreshold\":\"x\"}}", "can't be read")]
    [InlineData("rollout.anomaly-noted.v1", "{\"evidence\":{\"a\":1,\"a\":2}}", "can't be read")]
    [InlineData("rollout.unheard-of.v7", "{}", "unknown")]
    [InlineData("rollout.ended.v1", "{\"time\":17}", "can't be read")]
    [InlineData("rollout.ended.v1", "null", "no payload")]
    public void Decode_OfWhatIsNoEvent_SaysWhy(string name, string payload, string expected) =>
        Should
            .Throw<FormatException>(() => EventCodec.Decode(name, Encoding.UTF8.GetBytes(payload)))
            .Message.ShouldContain(expected);

    [Fact]
    public void Command_OnTheWire_IsTheGoldenFileAndBack()
    {
        Golden.ShouldMatch("control.json", ControlCodec.Encode(Command));

        var decoded = ControlCodec.Decode(Golden.Read("control.json"), out var error)!;

        error.ShouldBeNull();
        ControlCodec.Encode(decoded).ShouldBe(ControlCodec.Encode(Command));
        ControlCodec.Decode("{\"id\":1}"u8, out error).ShouldBeNull();
        error!.ShouldStartWith("not a command");
    }

    [Fact]
    public void Record_OfAnEvent_CarriesItsNameSequenceAndCloudEventHeaders()
    {
        var issued = new CommandIssued(Time, 17, Command);

        var record = EventRecord.ForEvents(
            "checkout-2.4.1",
            9,
            EventCodec.NameOf(issued),
            Time,
            EventCodec.Encode(issued)
        );

        record.Topic.ShouldBe(Topics.Events);
        Encoding
            .UTF8.GetString(record.Value.Span)
            .ShouldStartWith(
                "{\"type\":\"rollout.command-issued.v1\",\"rollout\":\"checkout-2.4.1\",\"sequence\":9,\"data\":{\"time\":"
            );
        var headers = record.Headers!.Select(h => $"{h.Name}={Encoding.UTF8.GetString(h.Value.Span)}");
        headers.ShouldBe([
            "ce_specversion=1.0",
            "ce_id=checkout-2.4.1#9",
            "ce_type=rollout.command-issued.v1",
            "ce_source=/canarystreams",
            "ce_time=2026-11-22T10:00:00.250Z",
            "content-type=application/json",
        ]);
        EventRecord.ForControl(issued)!.Topic.ShouldBe(Topics.Control);
        EventRecord.ForControl(new ClusterPromoted(Time, "eu-1")).ShouldBeNull();
    }

    [Fact]
    public void Sentence_OfEachEvent_SaysMoreThanItsType() =>
        Samples.ShouldAllBe(e => EventSentence.Of(e).Contains(' ') && EventSentence.Of(e) != e.GetType().Name);
}
