using System.Text;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Live;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Engine.Tests.Live;

/// <summary>What would come again after every restart doesn't stop the learner.</summary>
public sealed class LearnerPublisherTests
{
    private static readonly DateTimeOffset s_start = DateTimeOffset.UnixEpoch.AddDays(20000);

    [Fact]
    public void Observe_ARollbackWithoutItsEvidence_IsPassedOverAndTheNextRolloutTeaches()
    {
        var (learner, sender) = (new Learner(new LearnerSettings()), new Sent());
        var publisher = Publisher(learner, sender);
        var poisoned = Record(
            "r1",
            3,
            new RollbackDecided(s_start, RollbackCause.Evidence, "it does harm", null!)
        ).Value;
        Should.NotThrow(() => PublishedEvent.Decode(poisoned));

        foreach (var value in Events("r1").Take(2).Append(poisoned).Concat(Events("r2")))
            publisher.Observe(value, CancellationToken.None);

        sender.Records.ShouldHaveSingleItem().Topic.ShouldBe(Topics.Outcomes);
        learner.OutcomesOf("r2").ShouldHaveSingleItem().Failed.ShouldBeFalse();
    }

    [Fact]
    public void Observe_WhatItMakesIsTooLarge_GoesOn()
    {
        var (learner, sender) = (new Learner(new LearnerSettings()), new Sent { IsTooLarge = true });
        var publisher = Publisher(learner, sender);
        foreach (var value in Events("r1"))
            publisher.Observe(value, CancellationToken.None);

        sender.IsTooLarge = false;
        foreach (var value in Events("r2"))
            publisher.Observe(value, CancellationToken.None);

        Encoding.UTF8.GetString(sender.Records.ShouldHaveSingleItem().Key.Span).ShouldBe("r2/eu-1");
    }

    private static LearnerPublisher Publisher(Learner learner, Sent sender) =>
        new(learner, sender, TimeProvider.System, NullLogger.Instance);

    private static IEnumerable<ReadOnlyMemory<byte>> Events(string rollout)
    {
        var request = new RolloutRequest
        {
            Rollout = rollout,
            App = "shop",
            Version = "2",
            Clusters = [new ClusterProfile { Name = "eu-1" }],
        };
        RolloutEvent[] events =
        [
            new RolloutRequested(s_start, request, new Policy()),
            new RolloutPlanned(s_start, Planner.Plan(request, new Policy())),
            new CommandAcknowledged(s_start, 1, "eu-1", 5),
            new ClusterPromoted(s_start.AddMinutes(1), "eu-1"),
            new RolloutEnded(s_start.AddMinutes(2), RolloutOutcome.Promoted),
        ];
        return events.Select((happened, i) => Record(rollout, i + 1, happened).Value);
    }

    private static OutputRecord Record(string rollout, long sequence, RolloutEvent happened) =>
        EventRecord.ForEvents(
            rollout,
            sequence,
            EventCodec.NameOf(happened),
            happened.Time,
            EventCodec.Encode(happened)
        );

    private sealed class Sent : IRecordSender
    {
        public List<OutputRecord> Records { get; } = [];

        public bool IsTooLarge { get; set; }

        public Task<IReadOnlyCollection<PartitionOffset>> SendAsync(
            IReadOnlyList<OutputRecord> records,
            CancellationToken cancellation = default
        )
        {
            if (IsTooLarge)
                throw new RecordTooLargeException(Topics.Models, "broker: message size too large");
            Records.AddRange(records);
            return Task.FromResult<IReadOnlyCollection<PartitionOffset>>([]);
        }
    }
}
