using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Tests.Snapshots;

/// <summary>A lane that was killed and goes on from its snapshot says what it would have said, byte for byte.</summary>
public class LaneSnapshotTests
{
    private static readonly Lazy<List<LaneInput>> s_small = new(SnapshotTraffic.Small);
    private static readonly Lazy<List<LaneInput>> s_large = new(SnapshotTraffic.Large);

    [Fact]
    public void Lane_CutAnywhereInASmallRun_GivesTheSameBytesToTheEnd()
    {
        var batches = s_small.Value;
        var whole = new SnapshotLane([], learns: false).Push(batches).Output;

        whole.ShouldContain(line => line.Contains("\"explanation\":{"));
        for (var cut = 0; cut <= batches.Count; cut++)
        {
            var before = new SnapshotLane([], learns: false).Push(batches[..cut]);
            var after = new SnapshotLane([], before.Capture(), learns: false);
            after.Refused.ShouldBeNull();
            after.Push(batches[cut..]);
            before.Output.Concat(after.Output).ShouldBe(whole, $"cut behind batch {cut}");
        }
    }

    /// <summary>Each process lives for one batch, and all that it knows is the snapshot of the one before.</summary>
    [Fact]
    public void Lane_CutBehindEveryBatch_GivesTheSameBytes()
    {
        var undisturbed = new SnapshotLane([]);
        var (taught, snapshot) = (new List<ReadOnlyMemory<byte>>(), undisturbed.Capture());
        foreach (var (index, batch) in s_large.Value.Index())
        {
            var lane = new SnapshotLane(taught, snapshot);
            lane.Refused.ShouldBeNull();
            lane.Push(batch).ShouldBe(undisturbed.Push(batch), $"batch {index}");
            taught.AddRange(lane.Experiences);
            snapshot = lane.Capture();
        }

        // What the traffic is made for has happened.
        taught.Count.ShouldBe(11);
        undisturbed.Output.ShouldContain(line => line.Contains("\"models\":\"fleet/11@"));
        undisturbed.Output.ShouldContain(line => line.Contains("\"variant\":\"b\"") && line.Contains("\"evidence\":{"));
        undisturbed.Output.ShouldContain(line => line.Contains("\"rollout\":\"shop-3\""));
        undisturbed.Output.ShouldContain(line => line.Contains("late: time is"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Lane_CutAtRandomInALargeRun_GivesTheSameBytesToTheEnd(int seed)
    {
        var batches = s_large.Value;
        var random = new Random(seed);
        int[] cuts =
        [
            .. Enumerable.Range(0, 4).Select(_ => random.Next(1, batches.Count)).Distinct().Order(),
            batches.Count,
        ];
        var undisturbed = new SnapshotLane([]).Push(batches);
        var (at, lane, said) = (0, new SnapshotLane([]), new List<string>());
        var taught = new List<ReadOnlyMemory<byte>>();
        foreach (var cut in cuts)
        {
            lane.Push(batches[at..cut]);
            said.AddRange(lane.Output);
            taught.AddRange(lane.Experiences);
            (at, lane) = (cut, new SnapshotLane(taught, lane.Capture()));
        }
        said.ShouldBe(undisturbed.Output, $"cuts behind {string.Join(", ", cuts)}");
    }

    [Fact]
    public void Capture_ChangesNothing_AndIsTheSameAgainAfterRestoring()
    {
        var batches = s_large.Value;
        var (captured, other) = (new SnapshotLane([]), new SnapshotLane([]));
        foreach (var (index, batch) in batches.Index())
        {
            captured.Push(batch).ShouldBe(other.Push(batch), $"batch {index}");
            if (index % 10 != 9)
                continue;
            var bytes = captured.Capture();
            IsSame(captured.Capture(), bytes).ShouldBeTrue();
            IsSame(other.Capture(), bytes).ShouldBeTrue();
            IsSame(new SnapshotLane(captured.Experiences, bytes).Capture(), bytes)
                .ShouldBeTrue($"behind batch {index}");
        }
    }

    [Fact]
    public void TryRestore_OtherSettingsPoliciesOrModel_IsRefusedAndTheLaneBeginsAnew()
    {
        var batches = s_small.Value;
        var snapshot = new SnapshotLane([]).Push(batches[..3]).Capture();
        var policies = new Dictionary<string, Policy> { ["default"] = new() { FalseRollbackBudget = 0.02 } };
        SnapshotLane[] others =
        [
            new([], snapshot, settings: new StreamSettings { IdleAfter = TimeSpan.FromSeconds(31) }),
            new([], snapshot, policies: policies),
            new([], snapshot, detector: DetectorModels.LabelFree),
            new([], snapshot, learns: false),
        ];

        others.ShouldAllBe(lane => lane.Refused == "it was taken with other settings, policies or models");
        var anew = new SnapshotLane([], snapshot, learns: false).Push(batches).Output;
        anew.ShouldBe(new SnapshotLane([], learns: false).Push(batches).Output);
    }

    [Fact]
    public void TryRestore_BytesMissingOrChanged_IsRefused()
    {
        var snapshot = new SnapshotLane([]).Push(s_small.Value[..5]).Capture();
        var random = new Random(8);
        for (var i = 0; i < 300; i++)
        {
            var damaged = random.Next(2) == 0 ? snapshot[..random.Next(snapshot.Length)] : [.. snapshot];
            if (damaged.Length == snapshot.Length)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            new SnapshotLane([], damaged).Refused.ShouldNotBeNull();
        }
    }

    [Fact]
    public void TryRestore_ALaneThatRuns_Throws()
    {
        var lane = new SnapshotLane([]);

        Should.Throw<InvalidOperationException>(() => lane.State.TryRestore(lane.Capture(), out _));
    }

    /// <summary>An assertion over megabytes, element by element, takes its time.</summary>
    private static bool IsSame(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);
}
